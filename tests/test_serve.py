"""The archive in Datasette, over HTTP: descriptions, our pages, what they do with odd captures and bad input."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import datasette.app as datasette_package  # type: ignore[import-untyped]
import pytest
import yaml  # type: ignore[import-untyped]
from lxml import etree, html

from archive.checking.audit import AUDITS
from archive.store import Archive
from commands.serving import ROOM
from parsers.checks import RULES
from tests.archive_contents import (
    DENIED,
    NAMESAKE,
    NAMESAKES,
    ONE_TABLE_ORGAN,
    STATES_ORGAN,
    STATES_YEAR,
    TOWNS,
    Contents,
)
from tests.datasette_server import Answer, datasette, get
from tests.reports import needs_office

pytest_plugins = ["tests.archive_fixture"]

ZHOUCUN = ("周村区行政审批服务局", 2020)
ANKANG = ("安康市行政审批服务局", 2020)
LUKOU = ("株洲市渌口区行政审批服务局", 2020)
WEIHAI = ("威海火炬高技术产业开发区行政审批服务局", 2019)
WEIDONG = ("卫东区人民政府", 2020)
STATES = (STATES_ORGAN, STATES_YEAR)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def report_path(organ: str, year: int | str) -> str:
    return f"/report/{quote(organ, safe='')}/{year}"


def page(answer: Answer) -> etree._Element:
    return html.document_fromstring(answer.text)


def text(element: etree._Element) -> str:
    return " ".join(element.text_content().split())


def one(root: etree._Element, css: str) -> etree._Element:
    (found,) = root.cssselect(css)
    return found


def report(server: str, which: tuple[str, int]) -> etree._Element:
    answer = get(server + report_path(*which))
    assert answer.status == 200
    return page(answer)


def square(root: etree._Element, indicator: str) -> etree._Element:
    (found,) = root.xpath("//td[@id=$id]", id=f"square-{indicator}")
    return found


def columns(directory: Path) -> dict[str, list[str]]:
    """Every table and view of the database, with its columns."""
    with closing(sqlite3.connect(directory / "nianbao.db")) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
        names = [name for name in names if not re.search("_fts_(data|idx|config)$", name)]  # of SQLite itself
        return {name: [row[1] for row in db.execute(f'PRAGMA table_info("{name}")')] for name in names}


def rows(directory: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(directory / "nianbao.db")) as db:
        return db.execute(query, values).fetchall()


# Descriptions


def test_every_table_and_column_is_described_in_chinese(server: str, contents: Contents) -> None:
    found = columns(contents.directory)
    assert {"reports", "facts", "requests", "review", "proactive_2019", "proactive_2021", "skips"} < set(found)
    for table, names in found.items():
        root = page(get(f"{server}/nianbao/{table}?_size=1"))
        assert CHINESE.search(text(one(root, ".metadata-description"))), table
        assert CHINESE.search(text(one(root, "h1"))), table
        described = one(root, "dl.column-descriptions")
        terms = [text(term) for term in described.cssselect("dt")]
        assert terms == names, table
        assert all(CHINESE.search(text(meaning)) for meaning in described.cssselect("dd")), table


def test_a_column_is_described_in_one_language_in_its_menu_and_on_a_phone(server: str) -> None:
    table = get(f"{server}/nianbao/reports", headers={"Accept-Language": "zh"})
    (head,) = page(table).cssselect("th[data-column=snapshot]")
    assert head.get("data-column-description") == "当前所用读数的快照编号。"
    assert 'content: "链接' in table.text
    assert 'content: "snapshot 当前所用读数的快照编号"' in table.text
    names = [text(link) for link in page(get(f"{server}/nianbao")).cssselect(".db-table h3 a")]
    assert {"报告 reports", "正文 sections"} < set(names)


def test_wide_columns_are_described_by_the_form(server: str) -> None:
    described = one(page(get(f"{server}/nianbao/requests?_size=1")), "dl.column-descriptions")
    terms = {text(term): text(term.getnext()) for term in described.cssselect("dt")}
    assert terms["requests_new_total"] == "一、本年新收政府信息公开申请数量 · 总计（件）"
    assert terms["requests_other_total"] == "三、本年度办理结果 / （六）其他处理 · 总计（件）（仅 2019 年表式）"


def test_metadata_names_nothing_that_is_not_there(contents: Contents) -> None:
    metadata = yaml.safe_load((ROOM / "metadata.yaml").read_text("utf-8"))
    found = columns(contents.directory)
    for table, described in metadata["databases"]["nianbao"]["tables"].items():
        assert list(described["columns"]) == found[table]
        assert set(described.get("facets", [])) <= set(found[table])


# Words


def words_of(language: str) -> dict[str, dict[str, object]]:
    """Group -> key -> words; no group stands in two files, and no key twice in one."""
    found: dict[str, dict[str, object]] = {}
    for path in sorted((ROOM / "words" / language).glob("*.yaml")):
        source = path.read_text("utf-8")
        for block in re.split(r"\n(?=\w+:\n)", source):
            names = re.findall(r"^  (\w+): ", block, re.MULTILINE)
            assert len(names) == len(set(names)), "the second of two words of one name would speak for both"
        groups = yaml.safe_load(source)
        assert not set(groups) & set(found), path
        found |= groups
    return found


def test_templates_and_words_agree() -> None:
    known = set(flat(words_of("zh")))
    templates = "\n".join(path.read_text("utf-8") for path in sorted((ROOM / "templates").glob("*.html")))
    used = set(re.findall(r'\bt\("([\w.]+)"(?! ?~)', templates)) - {"error.lead"}
    assert used <= known
    assert not CHINESE.search(re.sub(r"若干|増42", "", templates)), "words belong into words/"
    plugins = "\n".join(path.read_text("utf-8") for path in sorted((ROOM / "plugins").glob("*.py")))
    assert not CHINESE.search(plugins), "words belong into words/"


def test_both_languages_have_the_same_words() -> None:
    told = {language: words_of(language) for language in ("zh", "en")}
    names = {
        language: {(group, str(key)) for group in found for key in flat(found[group])}
        for language, found in told.items()
    }
    assert names["zh"] == names["en"]
    for group, key in names["zh"]:
        zh, en = (flat(told[language][group])[key] for language in ("zh", "en"))
        assert set(re.findall(r"{(\w+)}", zh)) == set(re.findall(r"{(\w+)}", en)), (group, key)
        # an organ or a word to look for may be named, as an example
        allowed = group in ("site", "legend", "search") or len(CHINESE.findall(en)) * 4 <= len(en)
        assert allowed, (group, key)


def flat(tree: object, prefix: str = "") -> dict[str, str]:
    """Nested words by dotted keys."""
    if not isinstance(tree, dict):
        return {prefix.rstrip("."): str(tree)}
    return {name: text for key, below in tree.items() for name, text in flat(below, f"{prefix}{key}.").items()}


def test_pages_are_in_one_language_alone(server: str, contents: Contents) -> None:
    english = {"Accept-Language": "en"}
    root = page(get(f"{server}/nianbao/reports?_size=1", headers=english))
    about = text(one(root, ".metadata-description"))
    assert about.startswith("What one organ published for one year")
    assert not CHINESE.search(about + text(one(root, "dl.column-descriptions")))
    wide = page(get(f"{server}/nianbao/requests?_size=1", headers=english))
    assert text(one(wide, "h1")) == "III. Requests received and handled (all forms) requests"
    assert "One row a reading" in text(one(wide, ".metadata-description"))
    database = text(one(page(get(f"{server}/nianbao", headers=english)), ".metadata-description"))
    assert database.startswith("All tables are made from the WARC files.")
    assert not CHINESE.search(database)
    shown = page(get(server + report_path(*ZHOUCUN), headers=english))
    assert [text(heading) for heading in shown.cssselect("h2")][1:3] == ["Findings", "The statutory tables"]
    assert "The prose denies" in text(one(shown, "article.finding.FAIL"))


@pytest.mark.parametrize(
    "path",
    [
        "reports?year__foo=1",
        "reports?year__=1",
        "reports?__x=1",
        "reports?year__isnull__=1",
        "sections_fts_data?_facet=id",
        "sections_fts_config?_facet=k",
    ],
)
def test_what_datasette_does_not_know_of_a_table_is_no_failure(server: str, path: str) -> None:
    assert get(f"{server}/nianbao/{path}", headers={"Accept-Language": "zh"}).status == 200


def test_stock_pages_are_in_the_language_as_far_as_they_are_pages(server: str) -> None:
    """Each phrase is still in a template of the Datasette that is installed, and none is left in ours."""
    stock = "\n".join(
        path.read_text("utf-8") for path in Path(str(datasette_package.__file__)).parent.glob("templates/*.html")
    )
    phrases = re.findall(
        r'^    \("(.+?)", ".*?", "\w+"\),$', (ROOM / "plugins" / "stock.py").read_text("utf-8"), re.MULTILINE
    )
    assert len(phrases) > 30
    assert [phrase for phrase in phrases if phrase not in stock] == []
    for path in (
        "/nianbao",
        "/nianbao/reports",
        "/nianbao/left_blank",
        "/nianbao?sql=select+1",
        "/nianbao/report_findings",
    ):
        shown = get(server + path)
        assert shown.status == 200, path
        assert [phrase for phrase in phrases if phrase in shown.text] == [], path
        title = text(one(page(shown), "h1"))
        assert CHINESE.search(title) or title == "nianbao", path
    english = page(get(f"{server}/nianbao/left_blank", headers={"Accept-Language": "en"}))
    assert text(one(english, "h1")) == "Who leaves whole tables blank year after year?"


def test_every_rule_has_its_words() -> None:
    zh = {rule.name: rule.zh for rule in RULES} | {rule.name: rule.zh for rule in AUDITS}
    en = {rule.name: rule.en for rule in RULES} | {rule.name: rule.en for rule in AUDITS}
    for language, expected in (("zh", zh), ("en", en)):
        known = words_of(language)["rule"]
        assert {name: known.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "zh"),
        ({"Accept-Language": "en-GB,en;q=0.9"}, "en"),
        ({"Accept-Language": "fr, en;q=0.5, zh-TW;q=0.8"}, "zh"),
        ({"Accept-Language": "en;q=0, de"}, "zh"),
        ({"Accept-Language": ";;q=x,,"}, "zh"),
        ({"Accept-Language": "zh", "Cookie": "a=b; language=en"}, "en"),
        ({"Accept-Language": "en", "Cookie": "language=xx"}, "en"),
    ],
)
def test_the_reader_has_a_language(server: str, headers: dict[str, str], language: str) -> None:
    answer = get(f"{server}/", headers=headers)
    assert answer.headers["content-language"] == language
    assert answer.headers["vary"] == "Cookie, Accept-Language"
    assert page(answer).get("lang") == {"zh": "zh-CN", "en": "en"}[language]


def test_the_switch_leads_back_and_never_elsewhere(server: str) -> None:
    (switch,) = page(get(f"{server}/nianbao/reports?year=2020")).cssselect("header a.language")
    there = get(urljoin(server, switch.get("href")), redirect=False)
    assert (there.status, there.headers["location"]) == (302, "/nianbao/reports?year=2020")
    assert there.headers["set-cookie"].startswith("language=en;")
    for bad in ("//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example", "/%0d%0aSet-Cookie: a=b"):
        assert get(f"{server}/language/en?to={quote(bad, safe='%')}", redirect=False).headers["location"] == "/"


# The title page


def test_title_page_counts_and_lists(server: str, contents: Contents) -> None:
    root = page(get(f"{server}/"))
    counted = [int(number.text) for number in root.cssselect(".counts strong")]
    query = "SELECT count(*), count(DISTINCT organ), count(DISTINCT year), sum(findings), sum(numbers > 0) FROM reports"
    ((reports, organs, years, findings, readable),) = rows(contents.directory, query)
    assert isinstance(findings, int)
    assert counted == [reports, organs, years, len(contents.snapshots), findings - 1]
    coverage = text(one(root, ".coverage"))
    assert f"{reports} 份中有 {readable} 份读出了数字" in coverage
    assert "另有 1 处经人判为不成立" in coverage
    listed = [(text(link), link.get("href")) for link in root.cssselect("table.list tbody th a")]
    order = "SELECT organ, year, division FROM reports ORDER BY published DESC, organ DESC, year DESC"
    found = rows(contents.directory, order)
    assert listed == [
        (organ, report_path(str(organ), str(year)) + (f"?division={division}" if organ == NAMESAKE else ""))
        for organ, year, division in found
    ]
    told = [text(link.getparent()) for link in root.cssselect("table.list tbody th a") if link.text == NAMESAKE]
    assert sorted(told) == ["朝阳区财政局 北京市朝阳区", "朝阳区财政局 长春市朝阳区"]
    assert "没有数字" in text(next(row for row in root.cssselect("tbody tr") if LUKOU[0] in text(row)))
    assert {"怎样读", "不包括什么", "数据", "最新的报告"} <= {text(heading) for heading in root.cssselect("h2")}
    assert [table for table in columns(contents.directory) if f"/nianbao/{table}" not in links(root)] == []


def links(root: etree._Element) -> set[str]:
    return set(root.xpath("//a/@href | //link/@href | //script/@src | //iframe/@src"))


def test_every_link_of_our_pages_leads_somewhere(server: str, contents: Contents) -> None:
    broken = {f"/snapshot/{contents.snapshots[name].id}" for name in ("lost", "damaged", "huge")}
    waiting, seen, squares = [f"{server}/"], set[str](), set[str]()
    while waiting:
        address = waiting.pop().partition("#")[0]
        if address in seen or not address.startswith(server):
            continue
        seen.add(address)
        path = urlsplit(address).path
        if path.endswith("/square"):  # of each snapshot one, for there is one for each of its numbers
            if path in squares:
                continue
            squares.add(path)
        answer = get(address)
        assert answer.status == 200 or any(path.startswith(one) for one in broken), address
        ours = path in ("/", "/map", "/coverage") or path.startswith(("/region", "/organ/"))
        ours = ours or (path.startswith(("/report/", "/snapshot/")) and not path.endswith(("/raw", "/original")))
        if ours:
            root = page(answer)
            waiting += [urljoin(address, link) for link in links(root) if not link.startswith("#")]
            targets = set(root.xpath("//@id"))
            assert {link[1:] for link in links(root) if link.startswith("#")} <= targets, address
            assert len(targets) == len(root.xpath("//@id")), f"{address}: an id twice"
    assert len([path for path in seen if "/snapshot/" in path]) > 20


# The page of a report


@pytest.mark.parametrize("which", [ZHOUCUN, WEIDONG, ANKANG, LUKOU, pytest.param(WEIHAI, marks=needs_office), STATES])
def test_every_fact_stands_in_its_square(server: str, contents: Contents, which: tuple[str, int]) -> None:
    root = report(server, which)
    ((snapshot,),) = rows(contents.directory, "SELECT snapshot FROM reports WHERE organ = ? AND year = ?", *which)
    with Archive.open_readonly(contents.directory) as archive:
        facts = archive.facts(str(snapshot))
    for fact in facts:
        cell = square(root, fact.indicator)
        assert fact.state in cell.get("class").split()
        shown = re.match(r"-?[\d.]+", text(cell))
        assert (shown is not None and float(shown[0]) == fact.value) == (fact.state == "number"), fact
    states = [cell.get("class").split()[1] for cell in root.cssselect("td.square")]
    assert len(states) - states.count("missing") == len(facts)
    missing = {which: 0} | {ANKANG: 7, STATES: 3 + 7}
    assert states.count("missing") == missing[which]


def test_blank_zero_missing_and_unreadable_never_look_alike(server: str) -> None:
    root = report(server, STATES)
    row = {
        column: square(root, f"requests.new.{column}")
        for column in ("natural_person", "business", "research", "social_welfare", "legal_service", "total")
    }
    shown = {column: text(cell) for column, cell in row.items()}
    assert shown["natural_person"] == "（空白）"
    assert shown["business"] == "0"
    assert shown["research"].endswith("／")
    assert shown["social_welfare"] == "若干<i>件</i>"
    assert shown["legal_service"] == "未读出"
    assert shown["total"].startswith("42")
    assert text(one(row["total"], ".raw")) == "原文増42"
    assert text(square(root, f"requests.{DENIED}.natural_person")) == "缺"
    assert len({cell.get("class").split()[1] for cell in row.values()} | {"missing"}) == 6
    assert text(square(root, "proactive.fees.amount")) == "113.96原文113.96万元"


def test_a_mixed_form_is_said_and_printed_block_by_block(server: str) -> None:
    root = report(server, STATES)
    assert "混用了 2019、2021 两种表式" in text(one(root, "section.tables"))
    assert [text(title) for title in root.cssselect("table.proactive th.title")] == [
        f"第二十条第（{number}）项" for number in "一五六八"
    ]


def test_the_lawsuit_that_the_prose_denies(server: str) -> None:
    root = report(server, ZHOUCUN)
    finding = one(root, "article.finding.FAIL")
    assert "不符" in text(one(finding, ".verdict"))
    assert "正文说没有行政诉讼，表中却有 1 件。" in text(finding)
    assert text(one(finding, ".sums")) == "应为0 实为1 差+1"
    assert "行政诉讼" in text(one(finding, "blockquote"))
    (marked,) = root.cssselect("td.marked")
    assert (marked.get("id"), marked.get("class")) == (
        "square-review.litigation_direct.total",
        "square number marked FAIL",
    )
    (link,) = marked.cssselect(".marks a")
    assert (link.get("href"), link.get("aria-label")) == (f"#{finding.get('id')}", "见问题 1")
    assert "61 项核对通过" in text(one(root, ".folded.PASS"))


@needs_office
def test_uncertain_findings_are_folded_and_counted(server: str) -> None:
    root = report(server, WEIHAI)
    summary = text(one(root, "details.UNCERTAIN summary"))
    assert summary == "38 项因有空白格无法确定；若空白为零，则全部成立。"
    assert len(root.cssselect("details.UNCERTAIN li")) == 38
    assert "没有发现不符" in text(one(root, "section.findings"))


def test_some_of_the_uncertain_fail_even_so(server: str) -> None:
    root = report(server, STATES)
    summary = text(one(root, "details.UNCERTAIN summary"))
    assert summary == "3 项因有空白格无法确定；若空白为零，则 2 项成立，1 项不成立。"
    assert len(root.cssselect("details.UNCERTAIN li.fails")) == 1


def test_missing_row_and_blank_tables(server: str) -> None:
    ankang = report(server, ANKANG)
    assert len(ankang.cssselect("td.square.missing.marked.FAIL")) == 7
    missing, share = (text(card) for card in ankang.cssselect("article.finding.FAIL"))
    assert "四、结转下年度继续办理" in missing
    (stated,) = (card for card in map(text, ankang.cssselect("article.finding.WARN")) if "正文写" in card)
    assert "其他对外管理服务事项信息1373项”，表中“其他对外管理服务事项 · 处理决定数量”却为 1375；" in stated
    assert "720 ÷ 787 应为 91.49%" in share
    assert "无法核对" in text(one(ankang, "details.NOT_ASSESSABLE summary"))
    lukou = report(server, LUKOU)
    assert "表格结构在原文中已经丢失" in text(one(lukou, "section.tables"))
    assert ["未填报" in text(card) for card in lukou.cssselect("article.finding.NOT_REPORTED")] == [True, True]
    assert not lukou.cssselect("td.marked")
    assert [text(number) for number in lukou.cssselect(".counts.small strong")] == ["（空白）"] * 4 + ["16", "182"]


def test_a_report_without_a_table_says_so(server: str) -> None:
    root = report(server, (ONE_TABLE_ORGAN, STATES_YEAR))
    assert ["没有找到这张表" in text(notice) for notice in root.cssselect("p.absent")] == [True, True]
    assert len(root.cssselect("table.statutory")) == 1
    assert "没有可以核对的内容" in text(one(root, "section.findings"))
    assert [text(number) for number in root.cssselect(".counts.small strong")][:2] == ["缺", "缺"]


def test_all_readings_of_a_report_are_listed(server: str, contents: Contents) -> None:
    root = report(server, STATES)
    query = "SELECT snapshot FROM readings WHERE organ = ? ORDER BY numbers DESC"
    both = [snapshot for (snapshot,) in rows(contents.directory, query, STATES_ORGAN)]
    readings = one(root, "section[aria-labelledby=readings]")
    assert [text(link) for link in readings.cssselect("th a:not(.download)")] == both
    assert len(both) == 2
    assert "当前所用" in text(one(readings, "tr.current"))
    behind = readings.cssselect("tbody tr")[1]
    assert "读出的数字较少" in text(behind)
    with Archive.open_readonly(contents.directory) as archive:
        said, said_there = ({fact.indicator for fact in archive.facts(str(one))} for one in both)
    assert len(said - said_there) > 50
    assert text(one(behind, ".differing summary")) == f"{len(said - said_there)} 格不同"
    differing = [link.get("href").removeprefix("#square-") for link in behind.cssselect(".differing a")]
    assert len(differing) == 50
    assert set(differing) < said - said_there
    assert all(text(item).endswith("→ 缺") for item in behind.cssselect(".differing li")[:50])
    other = page(get(f"{server}/snapshot/{both[1]}"))
    assert "当前所用的读数来自另一份快照" in text(other)


def test_rows_that_an_organ_added_are_shown_apart(server: str) -> None:
    root = report(server, STATES)
    (listed,) = root.xpath("//table[caption[text()='机关自行增加的行']]")
    said = [text(row).partition(" ")[2] for row in listed.cssselect("tbody tr")]
    assert said == [
        "三、收到和处理政府信息公开申请情况自然人（空白）",
        "三、收到和处理政府信息公开申请情况总计2.5 万元",
    ]
    assert "（八）转送<i>其他机关" in text(listed)


def test_organs_of_one_name_have_pages_of_their_own(server: str, contents: Contents) -> None:
    answer = get(server + report_path(NAMESAKE, STATES_YEAR))
    assert answer.status == 200
    ways = page(answer).cssselect("article li a")
    assert [text(way) for way in ways] == [city + county for _, city, county in NAMESAKES]
    for way, (division, _, county) in zip(ways, NAMESAKES, strict=True):
        root = page(get(server + way.get("href")))
        assert f"{county} {division}" in text(one(root, "dl.facts-about"))
        assert [text(link) for link in root.cssselect("section[aria-labelledby=readings] th a:not(.download)")] == [
            contents.snapshots[division].id
        ]
    assert get(server + report_path(NAMESAKE, STATES_YEAR) + "?division=999999").status == 404


def test_each_report_of_a_pack_has_its_own_page(server: str, contents: Contents) -> None:
    snapshot = contents.snapshots["several"]
    for part, town in enumerate(TOWNS, start=1):
        root = report(server, (town, STATES_YEAR))
        with Archive.open_readonly(contents.directory) as archive:
            facts = {fact.indicator: fact.raw for fact in archive.facts(snapshot.id, part)}
        assert text(square(root, "requests.new.total")) == facts["requests.new.total"]
        assert f"/nianbao/facts?snapshot={snapshot.id}&part={part}" in links(root)
        assert f"{part}<i>.docx" in text(one(root, "dl.facts-about"))
        assert len(root.cssselect("section.findings article")) == 1
    whole = page(get(f"{server}/snapshot/{snapshot.id}"))
    listed = one(whole, "section[aria-labelledby=parts]")
    assert {report_path(town, STATES_YEAR) for town in TOWNS} <= links(listed)
    assert [text(item)[:4] for item in listed.cssselect("li")] == ["示例市甲", "示例市乙", "说明<b"]
    assert "没有被认作报告" not in text(whole)


def test_prose_dates_and_ways_on(server: str, contents: Contents) -> None:
    root = report(server, ZHOUCUN)
    snapshot = contents.snapshots["zhoucun-2020"]
    headings = [text(heading) for heading in root.cssselect(".prose h3")]
    assert [heading[0] for heading in headings[-6:]] == list("一二三四五六")
    about = text(one(root, "dl.facts-about"))
    assert all(part in about for part in ("2021-01-22", snapshot.url, snapshot.digest, "2019 年表式", "utf-8", "demo"))
    wanted = {
        f"/snapshot/{snapshot.id}",
        f"/snapshot/{snapshot.id}/original",
        f"/nianbao/facts?snapshot={snapshot.id}&part=0",
        f"{report_path(*ZHOUCUN)}/{snapshot.digest[7:23]}.json?division=370306",
    }
    assert wanted <= links(root)
    answer = get(f"{server}/nianbao/facts.json?snapshot={snapshot.id}&part=0&_shape=array&_size=max")
    assert answer.body.count(b'"indicator"') == 198


# Captures as served


def test_bytes_are_exact(server: str, contents: Contents) -> None:
    for name, snapshot in contents.snapshots.items():
        if name in ("lost", "damaged", "huge"):
            continue
        answer = get(f"{server}/snapshot/{snapshot.id}/original")
        assert (answer.status, answer.body) == (200, contents.bodies[name]), name
        assert "sha256:" + sha256(answer.body).hexdigest() == snapshot.digest
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("zhoucun-2020", "text/html; charset=utf-8"),
        ("weidong-2020", "text/html; charset=gb18030"),  # the capture itself says none
        ("lukou-2020", "text/plain; charset=utf-8"),
        ("hostile", "text/html; charset=utf-8"),
        ("revisit", "text/html; charset=utf-8"),
        ("packed", "text/html; charset=utf-8"),
        ("gone", "text/html; charset=utf-8"),
        ("split", "text/html; charset=utf-8"),
        ("robots", "text/plain; charset=utf-8"),
        ("empty", "text/plain; charset=utf-8"),
    ],
)
def test_pages_are_shown_as_served_in_a_cage(server: str, contents: Contents, name: str, content_type: str) -> None:
    answer = get(f"{server}/snapshot/{contents.snapshots[name].id}/raw")
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)
    armed = answer.body.replace(b"<meta charset http-equiv content name", b"<link")
    assert armed.replace(b"<iframe src srcdoc", b"<iframe") == contents.bodies[name]
    assert b"<link " not in answer.body
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "form-action 'none'", "base-uri 'none'"} <= set(policy)
    assert not [part for part in policy if part.startswith(("script-src", "connect-src", "frame-src"))]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("escapes", "text/html; charset=utf-8"),
        ("escapes in meta", "text/html; charset=utf-8"),
        ("meta", "text/html; charset=gbk"),
    ],
)
def test_no_codec_hides_a_tag(server: str, contents: Contents, name: str, content_type: str) -> None:
    answer = get(f"{server}/snapshot/{contents.snapshots[name].id}/raw")
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)
    assert b"\x1b" not in answer.body
    assert b"<link" not in answer.body


@pytest.mark.parametrize(
    ("name", "status", "raw_status", "said"),
    [
        ("ankang-2020", 200, 415, "原件请下载"),
        ("image", 200, 415, "原件请下载"),
        ("script", 200, 415, "text/javascript"),
        ("long", 200, 413, "11,000,003 字节，太大"),
        ("huge", 200, 500, "解压后超过 300 MB"),
        ("lost", 500, 500, "读不出来"),
        ("damaged", 500, 500, "读不出来"),
        ("empty", 200, 200, "内容是空的"),
        ("gone", 200, 200, "答复 404"),
        ("moved", 200, 415, "http://www.qingshi.example/<b>new</b>"),
        ("revisit", 200, 200, "与较早的一份快照完全相同"),
        ("split", 200, 200, "传输中断"),
    ],
)
def test_odd_captures_are_explained(
    server: str,
    contents: Contents,
    name: str,
    status: int,
    raw_status: int,
    said: str,
) -> None:
    answer = get(f"{server}/snapshot/{contents.snapshots[name].id}")
    assert (answer.status, said in text(page(answer))) == (status, True)
    raw = get(f"{server}/snapshot/{contents.snapshots[name].id}/raw")
    assert raw.status == raw_status
    framed = bool(page(answer).cssselect("iframe"))
    laid_out_anew = name in ("ankang-2020", "image")  # what no browser shows as it is
    assert framed == (laid_out_anew or (raw_status == 200 and name != "empty"))
    assert str(contents.directory) not in answer.text


def test_snapshot_page_says_where_it_comes_from(server: str, contents: Contents) -> None:
    snapshot = contents.snapshots["zhoucun-2020"]
    root = page(get(f"{server}/snapshot/{snapshot.id}"))
    said = text(root)
    for part in (snapshot.url, snapshot.digest, snapshot.filename, snapshot.anchor, snapshot.list_date):
        assert part in said
    assert f"{snapshot.offset:,} 字节起" in said
    assert f"/snapshot/{contents.snapshots['column'].id}" in links(root)
    assert report_path(*ZHOUCUN) in links(root)
    assert "正文说没有行政诉讼" in text(one(root, "section.findings"))
    frame = one(root, "iframe")
    assert (frame.get("sandbox"), frame.get("src")) == ("", f"/snapshot/{snapshot.id}/raw")
    article = page(get(f"{server}/snapshot/{contents.snapshots['ankang-2020 article'].id}"))
    assert f"/snapshot/{contents.snapshots['ankang-2020'].id}" in links(article)


def test_what_others_wrote_is_escaped(server: str, contents: Contents) -> None:
    snapshot = contents.snapshots["named"]
    answer = get(f"{server}/snapshot/{snapshot.id}")
    assert not page(answer).xpath("//img | //*[@onerror]")
    assert snapshot.anchor in text(page(answer))
    name = get(f"{server}/snapshot/{snapshot.id}/original").headers["content-disposition"]
    assert "filename*=UTF-8''" + quote("年报 “2021”.html", safe="") in name
    states = get(server + report_path(*STATES))
    assert not page(states).xpath("//script | //td//i[text()='件'] | //b[text()='报告'] | //*[@class='judgement']//b")
    assert "<script>alert(1)</script>" in text(one(page(states), "article.dismissed .judgement"))


# Bad input


@pytest.mark.parametrize(
    "path",
    [
        "/report/周村区审批服务局/2020",
        "/report/周村区行政审批服务局/1999",
        "/report/周村区行政审批服务局/99999",
        "/report/周村区行政审批服务局/二零二零",
        "/report/周村区行政审批服务局",
        "/report",
        "/report/",
        "/report//2020",
        "/report/%00/2020",
        "/report/%ff%fe/2020",
        "/report/" + "长" * 3000 + "/2020",
        "/report/%2e%2e%2f%2e%2e%2fetc%2fpasswd/2020",
        "/report/' OR 1=1 --/2020",
        "/report/<script>alert(1)<%2Fscript>/2020",
        "/report/{{7*7}}/2020",
        "/snapshot",
        "/snapshot/",
        "/snapshot/0000000000000000",
        "/snapshot/0000000000000000/raw",
        "/snapshot/0000000000000000/original",
        "/snapshot/0000000000000000/other",
        "/snapshot/%00",
        "/snapshot/" + "a" * 5000,
        "/snapshot/../../etc/passwd",
        "/snapshot/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/snapshot/zzzzzzzzzzzzzzzz",
        "/nowhere",
        "/nianbao/nowhere",
        "/nianbao/reports/nobody,1999",
        "/nianbao/reports/nobody,1999,",
        "/%00",
        "/static/../metadata.yaml",
        "/static/nowhere.css",
    ],
)
def test_bad_addresses_get_a_clear_page(server: str, log: Path, path: str) -> None:
    before = log.stat().st_size
    answer = get(server + quote(path, safe="/%,"))
    assert answer.status == 404
    assert "Traceback" not in answer.text
    assert "content-security-policy" in answer.headers
    if not path.startswith("/static"):
        root = page(answer)
        assert root.getroottree().getroot().get("lang") == "zh-CN"
        assert CHINESE.search(text(one(root, "h1")))
        assert not root.xpath("//script")
        assert "49" not in text(one(root, "h1"))
    assert b"Traceback" not in log.read_bytes()[before:]


def test_bad_queries_get_a_clear_page(server: str, log: Path) -> None:
    facets = [f"/nianbao/reports?_facet{one}" for one in ("=%00", "={x}", "={}", '={"simple":1}', "_date={}", "s=x")]
    queries = ("?sql=drop+table+reports", "?sql=select+nothing", "/reports?_sort=nothing", "?sql=select+%00")
    for query in (*facets, *(f"/nianbao{one}" for one in queries)):
        answer = get(server + query)
        assert (answer.status, "Traceback" in answer.text) == (400, False), query
    answer = get(f"{server}/nianbao/nowhere.json")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/json; charset=utf-8")
    assert b"Traceback" not in log.read_bytes()


def test_near_matches(server: str) -> None:
    root = page(get(server + report_path("周村区审批服务局", 2020)))
    assert report_path(*ZHOUCUN) in links(root)
    assert report_path(*WEIDONG) not in links(root)
    other_year = page(get(server + report_path(ZHOUCUN[0], 2021)))
    assert report_path(*ZHOUCUN) in links(other_year)
    nothing = page(get(server + report_path("毫不相干", 2021)))
    assert "没有找到名称相近的机关" in text(nothing)


def test_policies_of_pages(server: str, contents: Contents) -> None:
    ours = ["/", report_path(*ZHOUCUN), f"/snapshot/{contents.snapshots['hostile'].id}", "/static/nianbao.css"]
    for path in ours:
        policy = get(server + path).headers["content-security-policy"]
        assert "unsafe" not in policy
        assert policy.startswith("default-src 'self'; object-src 'none'; base-uri 'none'")
    for path in ("/nianbao", "/nianbao/reports", "/-/versions"):
        answer = get(server + path)
        assert "script-src 'self' 'unsafe-inline'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_other_methods_change_nothing(server: str) -> None:
    assert get(server + report_path(*ZHOUCUN), method="HEAD").body == b""
    assert get(f"{server}/nianbao/reports", method="DELETE").status in (403, 405)


def test_what_is_no_archive_is_said_in_one_line(tmp_path: Path) -> None:
    database = tmp_path / "nianbao.db"
    with closing(sqlite3.connect(database)) as db:
        db.execute("CREATE TABLE other (a)")
    run = subprocess.run(
        [*datasette(database), "--get", "/"], check=False, capture_output=True, text=True, timeout=60, cwd=ROOM.parent
    )
    assert run.returncode == 1
    assert "is not the database of an archive" in run.stderr
    assert "Traceback" not in run.stderr
