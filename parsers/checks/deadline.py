"""Whether the report came out in time, as far as the dates that it prints can tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from archive.records import Candidate, Finding
from parsers.checks.rule import Evidence, Rule
from parsers.identity import MADE_ON, fits
from parsers.levels import is_government, is_town

_LAW = 2019  # first report year under the law of 2019
# A document is not out before it is made; what the making of a page stamps on it changes when the page is moved.
_MADE = ("signature", "label:发文", *MADE_ON)
_PLACES = {
    "signature": ("落款日期", "the signature"),
    "list": ("栏目列表所注日期", "in the list of the column"),
    "dateline": ("标题下所注日期", "below the title"),
}
_STAMPED = ("meta:", "url", "label:更新")


def deadline(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    found, year = evidence.identity, evidence.year
    if found is None or year is None or not found.organ:
        return
    dates = [c for c in found.candidates if c.field == "published"]
    fitting = [c for c in dates if fits(c.value, year)]
    printed = next((c for c in fitting if not c.source.startswith((*_MADE, *_STAMPED))), None)
    made = max((c.value for c in fitting if c.source.startswith(_MADE)), default="")
    day = max(printed.value if printed else "", made)
    first, last, whose_zh, whose_en = _due(found.organ, year)
    if printed and printed.value <= first:
        yield rule.passed([])
    elif not printed and made <= last:
        zh, en = _no_date(dates, fitting)
        yield rule.finding(
            "NOT_ASSESSABLE", [], f"{zh}，不能判断是否按期公布。", f"{en}: whether in time, nobody can say."
        )
    elif day <= last:
        yield rule.finding(
            "NOT_ASSESSABLE",
            [],
            f"公布日期 {day} 在 {first} 之后、{last} 之前：{whose_zh}，不能判断是否按期。",
            f"Published on {day}, between {first} and {last}: {whose_en}.",
            evidence=day,
        )
    elif early := next((c.value for c in fitting if not c.source.startswith(_MADE) and c.value <= last), ""):
        yield rule.finding(
            "NOT_ASSESSABLE",
            [],
            f"日期不一：{early} 在期限 {last} 之内，{day} 在期限之后，不能判断是否按期公布。",
            f"The dates differ: {early} is within the time until {last}, {day} is not.",
            evidence=day,
        )
    else:
        where_zh, where_en = _where(next((c.source for c in fitting if c.value == day), ""))
        rest = day <= _workday(last)
        rest_zh, rest_en = ("；期限那天是周末，是否顺延，条例没有写明", "; it was no workday") if rest else ("", "")
        yield rule.finding(
            "FAIL" if made > last and not rest else "WARN",
            [],
            f"{where_zh} {day} 晚于期限 {last}（{whose_zh}）{rest_zh}。",
            f"Published on {day} ({where_en}), after the deadline of {last} ({whose_en}){rest_en}.",
            evidence=day,
        )


def _due(organ: str, year: int) -> tuple[str, str, str, str]:
    """The days until which it is surely in time, and after which it is surely late, with why."""
    january, march = f"{year + 1}-01-31", f"{year + 1}-03-31"
    if year < _LAW:
        return march, march, "2007 年条例第三十一条", "art. 31 of the law of 2007"
    kind = is_government(organ, year)
    if kind:
        return march, march, "政府本级年报，条例第四十九条", "a government's own report, art. 49"
    if kind is False:
        return january, january, "政府部门，条例第四十九条", "a department, art. 49"
    if is_town(organ, year):
        return january, march, "条例没有写明乡镇、街道的期限", "the law names no deadline for towns and streets"
    return january, march, "名称不能确定是部门还是政府本级", "its name does not tell a department from a government"


def _workday(day: str) -> str:
    """The day, or the Monday after it where it is a Saturday or Sunday."""
    there = date.fromisoformat(day)
    return str(there + timedelta(days=7 - there.weekday()) if there.weekday() > 4 else there)


def _where(source: str) -> tuple[str, str]:
    """Where a date was seen, in words."""
    kind, _, name = source.partition(":")
    if kind == "label":
        return f"“{name}”所注日期", f"labelled {name}"
    return _PLACES.get(kind, ("公布日期", "as printed"))


def _no_date(dates: list[Candidate], fitting: list[Candidate]) -> tuple[str, str]:
    printed = next((c.value for c in dates if not c.source.startswith((*_MADE, *_STAMPED))), "")
    if value := printed or (dates[0].value if dates and not fitting else ""):  # else it would fit
        return (
            f"所印日期 {value} 不在应公布的时候，可能是网页迁移的日期",
            f"The date {value} may be that of a page that was moved",
        )
    if stamped := next((c.value for c in fitting if c.source.startswith(_STAMPED)), ""):
        return (
            f"没有印出公布日期（{stamped} 是生成网页的日期）",
            f"No date is printed ({stamped} is that of the page's making)",
        )
    return "没有印出公布日期", "No date of publication is printed"


RULES = (
    Rule(
        name="deadline",
        version=3,
        zh="部门在次年 1 月 31 日前、政府本级在 3 月 31 日前公布（2018 年度及以前均为 3 月 31 日前）",
        en="Departments publish by 31 January, a government by 31 March of the next year; before 2019 all by 31 March",
        source="《政府信息公开条例》第四十九条；2007 年条例第三十一条",
        check=deadline,
    ),
)
