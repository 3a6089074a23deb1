"""Every kind of page that the browser shows, once: name -> archive and path; whoever looks at pages asks here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from tests.archive_contents import NAMESAKE, STATES_ORGAN, STATES_YEAR, Contents
from tests.explored import organ
from tests.nation import COUNTIES, finance

ZHOUCUN, WEIDONG, LUKOU = "周村区行政审批服务局", "卫东区人民政府", "株洲市渌口区行政审批服务局"
WEIHAI = "威海火炬高技术产业开发区行政审批服务局"


class Screen(NamedTuple):
    """Of which archive, and at which address; {name} is the id of a capture or what else was made there."""

    archive: str  # demo: odd captures and the five reports; explored: events and audits; nation: sums, a map
    path: str


def report(organ: str, year: int) -> str:
    return f"/report/{quote(organ, safe='')}/{year}"


DEMO = {
    "home": "/",
    "report": report(ZHOUCUN, 2020),
    "report-blank": report(LUKOU, 2020),
    "report-of-2019": report(WEIHAI, 2019),
    "report-states": report(STATES_ORGAN, STATES_YEAR),
    "snapshot": "/snapshot/{weidong-2020}",
    "snapshot-word": "/snapshot/{ankang-2020}",
    "snapshot-pack": "/snapshot/{several}",
    "snapshot-picture": "/snapshot/{image}",
    "snapshot-gone": "/snapshot/{gone}",
    "snapshot-moved": "/snapshot/{moved}",
    "snapshot-list": "/snapshot/{column}",
    "square": "/snapshot/{weidong-2020}/square?indicator=requests.new.total",
    "square-of-2019": "/snapshot/{weihai-2019}/square?indicator=proactive.licensing.decisions",
    "square-word": "/snapshot/{ankang-2020}/square?indicator=proactive.licensing.decisions",
    "square-text": "/snapshot/{lukou-2020}/square?indicator=requests.new.total",
    "organ": f"/organ/{quote(ZHOUCUN)}",
    "organ-namesakes": f"/organ/{quote(NAMESAKE)}",
    "compare": f"/compare?a={quote(ZHOUCUN)}/2020&b={quote(WEIDONG)}/2020",
    "compare-empty": "/compare",
    "search": f"/search?q={quote('公开')}",
    "search-none": f"/search?q={quote('没有这个词')}",
    "search-empty": "/search",
    "database": "/nianbao",
    "table": "/nianbao/reports",
    "table-faceted": "/nianbao/report_findings?_facet=rule&_facet=verdict&verdict__exact=FAIL&_sort_desc=year",
    "table-searched": f"/nianbao/sections?_search={quote('公开')}",
    "table-wide": "/nianbao/requests",
    "table-empty": "/nianbao/facts?year=1900",
    "row": "/nianbao/indicators/2019,requests~2Enew~2Etotal",
    "sql": f"/nianbao?sql={quote('SELECT organ, year FROM reports WHERE year = :year')}&year=2020",
}
MISSING = {
    "missing-report": report(organ(0), 1999),
    "missing-organ": f"/organ/{quote('没有这个机关')}",
    "missing-region": "/region/999999",
    "missing-snapshot": "/snapshot/0000000000000000",
    "missing-page": "/nianbao/nothing",
}
REFUSED = {"findings-refused": "/findings?year=x"}
EXPLORED = {
    "findings": "/findings",
    "findings-narrowed": "/findings?rule=row_total&region=37&judgement=confirmed",
    "events": "/events",
    "rules": "/rules",
    "rule": "/rules/carry_over",
    "stories": "/stories",
    "story": "/stories/refused_most?year=2022",
    "story-list": "/stories/copied_whom",
    "story-nothing": "/stories/lost_lawsuits?region=44",
    "report-of-2021": report(organ(5), 2022),
}
NATION = {
    "home-nation": "/",
    "country": "/region",
    "county": f"/region/{COUNTIES[0]}",
    "organ-nation": "/organ/{finance}",
    "map": "/map?show=ledger.found",
    "coverage": "/coverage",
}
SCREENS = {
    name: Screen(archive, path)
    for archive, pages in (("demo", DEMO | MISSING), ("explored", EXPLORED | REFUSED), ("nation", NATION))
    for name, path in pages.items()
}


def names(contents: Contents, nation: Path) -> Mapping[str, str]:
    """What the paths name."""
    return {name: one.id for name, one in contents.snapshots.items()} | {"finance": quote(finance(nation))}
