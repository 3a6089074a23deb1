"""Every table, column, rule and phrase of a page has words, in the language of its reader."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, urljoin

import datasette.app as datasette_package  # type: ignore[import-untyped]
import pytest
import yaml  # type: ignore[import-untyped]

from archive.checking.audit import AUDITS
from commands.serving import ROOM
from parsers.checks import RULES
from tests.archive_contents import (
    Contents,
)
from tests.datasette_server import get
from tests.reading_pages import (
    CHINESE,
    ZHOUCUN,
    columns,
    one,
    page,
    report_path,
    text,
)

pytest_plugins = ["tests.archive_fixture"]


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
