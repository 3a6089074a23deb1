"""What people said of findings, wherever the finding is shown: over HTTP, from a server that runs while they say it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

import pytest
from click.testing import CliRunner
from lxml import etree, html

import nianbao
from archive.records import Finding
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.audited import ORGAN as AUDITED
from tests.audited import PLACE, keep, made
from tests.captures import HOST, capture, reading, writer
from tests.datasette_server import get, serving

WRONG = reading().findings[0]
ODD = Finding(
    rule="period", version=1, verdict="WARN", indicators=(), evidence="20201月1日", message_zh="统计期限有缺损",
    message_en="the period is mangled",
)  # fmt: skip
UNSURE = replace(
    WRONG, rule="review_total", verdict="UNCERTAIN", indicators=("review.reconsideration.total",),
    holds_if_blank_is_zero=True, message_zh="有空白格",
)  # fmt: skip
ORGAN, YEAR = reading().organ, reading().year
NOTE = "原件写明<b>含上年结转"


class Judged(NamedTuple):
    """A running server over an archive, and the snapshots of the two readings of its one report."""

    server: str
    directory: Path
    current: str
    other: str

    def page(self, path: str) -> etree._Element:
        answer = get(self.server + quote(path, safe="/?=&_%"))
        assert answer.status == 200, answer.text
        return html.document_fromstring(answer.text)

    @property
    def report(self) -> etree._Element:
        return self.page(f"/report/{ORGAN}/{YEAR}")

    def home(self) -> list[str]:
        """How many contradictions the title page counts, and in each of its rows."""
        root = self.page("/")
        (count,) = [one for one in root.cssselect(".counts li") if "不符或存疑" in text(one)]
        (number,) = count.cssselect("strong")
        return [text(number), *(text(row.cssselect("td")[-1]) for row in root.cssselect("table.list tbody tr"))]

    def review(self, *words: str) -> str:
        command = ["review", words[0], "--archive", str(self.directory), *words[1:]]
        result = CliRunner().invoke(nianbao.main, command, catch_exceptions=False)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    def key(self, rule: str) -> str:
        words = ("list", "--json", "--rule", rule, "--verdict", "FAIL", "--verdict", "WARN", "--verdict", "UNCERTAIN")
        return str(json.loads(self.review(*words))[0]["key"])


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    directory = tmp_path_factory.mktemp("judged") / "a"
    with Archive.open(directory, INDICATORS) as archive, writer(archive) as into:
        parsed = reading(findings=(WRONG, ODD, UNSURE))
        names = []
        for name, facts in (("a", parsed.facts), ("b", parsed.facts[:60])):
            snapshot = capture(archive, into, url=f"{HOST}/{name}.html")
            archive.replace_parsed(snapshot, replace(parsed, facts=facts))
            names.append(snapshot.id)
    CliRunner().invoke(nianbao.main, ["check", "--archive", str(directory)])  # which makes what the title page counts
    with serving(directory, log=directory.parent / "log") as server:
        found = Judged(server, directory, *names)
        found.review("dismiss", found.key("row_total"), "--note", NOTE, "--by", "甲")
        found.review("confirm", found.key("period"), "--by", "乙")
        found.review("dismiss", found.key("review_total"), "--by", "丙", "--note", "空白即零")
        yield found


def text(element: etree._Element) -> str:
    return " ".join(element.text_content().split())


def card(root: etree._Element, message: str) -> etree._Element:
    (found,) = [one for one in root.cssselect("article.finding") if message in text(one)]
    return found


def test_the_page_of_the_report_says_who_said_what_and_why(judged: Judged) -> None:
    root = judged.report
    dismissed = card(root, WRONG.message_zh)
    assert dismissed.get("class").split() == ["finding", "FAIL", "dismissed"]
    said = text(dismissed.cssselect(".judgement")[0])
    assert all(part in said for part in ("经人判为不成立", "甲", NOTE))
    assert dismissed.cssselect("time")[0].get("datetime")
    confirmed = card(root, ODD.message_zh)
    assert "已由人证实" in text(confirmed)
    assert "乙" in text(confirmed)
    (unsure,) = root.cssselect("details.UNCERTAIN li")
    assert "空白即零" in text(unsure)
    order = [text(one) for one in root.cssselect("article.finding")]
    assert [WRONG.message_zh in one for one in order] == [False, True]


def test_what_is_dismissed_is_seen_and_not_counted(judged: Judged) -> None:
    root = judged.report
    assert "1 处不符或存疑" in text(root.cssselect("section.findings")[0])
    assert "另有 2 处经人判为不成立" in text(root.cssselect("section.findings")[0])
    assert not root.cssselect("td.marked"), "a square is marked for what counts as a contradiction"
    counted = [text(row.cssselect("td")[4]) for row in root.cssselect("section[aria-labelledby=readings] tbody tr")]
    assert counted == ["1", "1"]
    assert judged.home() == ["1", "1"]
    home = judged.page("/")
    assert "另有 1 处经人判为不成立" in text(home.cssselect(".coverage")[0])
    (link,) = [link for link in home.cssselect(".counts a") if "不符或存疑" in text(link)]
    assert len(judged.page(link.get("href")).cssselect("table.rows-and-columns tbody tr")) == 1


def test_every_sum_says_what_it_covers(judged: Judged) -> None:
    assert "1 份中有 1 份读出了数字" in text(judged.page("/").cssselect(".coverage")[0])
    result = CliRunner().invoke(nianbao.main, ["check", "--archive", str(judged.directory), "--json"])
    for row in json.loads(result.stdout):
        assert (row["of_reports"], row["with_numbers"]) == (1, 1)


@pytest.mark.parametrize("which", ["current", "other"])
def test_every_snapshot_shows_it_current_or_not(judged: Judged, which: str) -> None:
    root = judged.page(f"/snapshot/{getattr(judged, which)}")
    assert NOTE in text(card(root, WRONG.message_zh))
    assert "已由人证实" in text(card(root, ODD.message_zh))


def test_the_tables_show_it(judged: Judged) -> None:
    key = judged.key("row_total")
    (listed,) = judged.page(f"/nianbao/report_findings?key={key}").cssselect("table.rows-and-columns")
    assert all(part in text(listed) for part in ("dismissed", NOTE, "甲"))
    (link,) = listed.cssselect("td.col-organ a")
    assert WRONG.message_zh in text(judged.page(unquote(link.get("href"))).cssselect("article.dismissed")[0])
    for table in ("findings", "reviews"):
        root = judged.page(f"/nianbao/{table}?key={key}")
        assert root.xpath("//td//a[@href=$there]", there=f"/nianbao/report_findings?key={key}"), table
    assert "FAIL 经人判为不成立" in text(judged.page(f"/nianbao/findings?key={key}"))
    answer = get(f"{judged.server}/nianbao/report_findings.json?_shape=array&judgement__not=dismissed")
    # the other copy lacks squares that this one has, which is said across reports
    assert [row["rule"] for row in json.loads(answer.body)] == ["period", "two_copies"]


@pytest.fixture
def across(tmp_path: Path) -> Iterator[Judged]:
    """Two reports of one organ, the later of which does not take over what the earlier left."""
    with Archive.open(tmp_path / "a", INDICATORS) as archive:
        earlier = keep(archive, made(2021, {"requests.carried_out.total": 3, "requests.carried_out.business": ""}))
        later = keep(archive, made(2022, {"requests.carried_in.total": 4}))
    with serving(tmp_path / "a", log=tmp_path / "log") as server:
        found = Judged(server, tmp_path / "a", later, earlier)
        result = CliRunner().invoke(nianbao.main, ["check", "--archive", str(found.directory)], catch_exceptions=False)
        assert result.exit_code == 0
        yield found


def test_a_finding_between_two_reports_is_at_both_and_counts_once(across: Judged) -> None:
    later, earlier = (f"/report/{AUDITED}/{year}" for year in (2022, 2021))
    division = f"?division={PLACE['division']}"
    (found,) = across.page(later).cssselect("article.finding.FAIL")
    (link,) = found.cssselect("p.other a")
    assert unquote(link.get("href")) == earlier + division
    assert get(across.server + link.get("href")).status == 200
    (unsure,) = across.page(later).cssselect("details.UNCERTAIN li")
    assert [unquote(link.get("href")) for link in unsure.cssselect("a")] == [earlier + division]
    assert across.page(earlier).cssselect("article.finding.FAIL") == []
    mentioned = across.page(earlier).cssselect("details.mentioned li")
    assert len(mentioned) == 2
    (back,) = [link for one in mentioned if "不符" in text(one) for link in one.cssselect("a")]
    assert unquote(back.get("href")) == f"{later}{division}#{found.get('id')}"
    assert "1 处不符或存疑" in text(across.page(later).cssselect("section.findings")[0])
    assert across.home() == ["1", "1", "0"]
    across.review("dismiss", across.key("carry_over"), "--by", "甲", "--note", "上年报告后来改过")
    for path in (later, earlier):
        assert "上年报告后来改过" in text(across.page(path).cssselect("section.findings")[0])
    assert "0 处不符或存疑" in text(across.page(later).cssselect("section.findings")[0])
    assert across.home() == ["0", "0", "0"]
    assert "另有 1 处经人判为不成立" in text(across.page("/").cssselect(".coverage")[0])
    listed = text(across.page("/nianbao/report_findings?rule=carry_over").cssselect("table.rows-and-columns")[0])
    assert "上年报告后来改过" in listed
    assert "FAIL 经人判为不成立" in text(across.page("/nianbao/audits").cssselect("table.rows-and-columns")[0])
    status = CliRunner().invoke(nianbao.main, ["status", "--archive", str(across.directory), "--json"])
    found = [
        (row["reports"], row["with_numbers"], row["findings"], row["dismissed"]) for row in json.loads(status.stdout)
    ]
    assert found == [(2, 2, 0, 1)]


def test_a_finding_between_two_reports_is_open_again_if_either_changes(across: Judged) -> None:
    across.review("dismiss", across.key("carry_over"), "--by", "甲")
    check = ["check", "--archive", str(across.directory), "--all"]
    assert CliRunner().invoke(nianbao.main, check).exit_code == 0
    assert across.home() == ["0", "0", "0"]
    with Archive.open(across.directory, INDICATORS) as archive:
        keep(archive, made(2021, {"requests.carried_out.total": 5}))
    assert CliRunner().invoke(nianbao.main, check[:-1]).exit_code == 0
    assert across.home() == ["1", "1", "0"]
    stale = json.loads(across.review("list", "--stale", "--json"))
    assert [(one["rule"], one["by"], one["now"]) for one in stale] == [
        ("carry_over", "甲", "no longer found in this report")
    ]


def test_a_reading_in_another_form_is_compared_and_its_links_lead_somewhere(across: Judged) -> None:
    with Archive.open(across.directory, INDICATORS) as archive:
        keep(archive, replace(made(2020), year=2022), "another form")
    root = across.page(f"/report/{AUDITED}/2022")
    assert "格不同" in text(root.cssselect(".differing summary")[0])
    assert {link[1:] for link in root.xpath("//a/@href") if link.startswith("#")} <= set(root.xpath("//@id"))
    items = [text(item) for item in root.cssselect(".differing li")]
    assert any(item.endswith("缺 → 0") for item in items), "what only the other one has"
    assert any(item.endswith("→ 缺") for item in items), "what only the current one has"


def test_what_is_taken_back_counts_again(judged: Judged) -> None:
    """Runs last: it changes what the others see."""
    judged.review("withdraw", judged.key("row_total"), "--by", "甲")
    root = judged.report
    assert "2 处不符或存疑" in text(root.cssselect("section.findings")[0])
    assert not card(root, WRONG.message_zh).cssselect(".judgement")
    assert len(root.cssselect("td.marked")) == 1
    status = CliRunner().invoke(nianbao.main, ["status", "--archive", str(judged.directory), "--json"])
    (row,) = json.loads(status.stdout)
    assert (row["findings"], row["dismissed"]) == (2, 0)
