"""Questions that journalists ask: each answered within three clicks from the title page, and right against SQL."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import opened
from tests.explored import BLANK, LATE, organ

pytest_plugins = ["tests.browser_fixture", "tests.explored_fixture"]
pytestmark = pytest.mark.browser
CLICKS = 3


class Walk:
    """A reader's way from the title page, click by click, and the answers of SQL beside it."""

    def __init__(self, page: Page, site: str, db: sqlite3.Connection) -> None:
        self.page, self.db, self.clicks = page, db, 0
        page.goto(f"{site}/")

    def click(self, *names: str) -> Walk:
        """Links and buttons by what they say."""
        for name in names:
            place = self.page.get_by_role("link", name=name).or_(self.page.get_by_role("button", name=name))
            place.first.click()
            self.clicks += 1
        return self

    def choose(self, **values: str) -> Walk:
        """Fill in a form, which is no click; to send it is one."""
        for name, value in values.items():
            field = self.page.locator(f"[name={name}]")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        return self

    def column(self, head: str) -> list[str]:
        """What stands in a column of the table."""
        heads = [one.strip() for one in self.page.locator("table.list thead th").all_inner_texts()]
        return self.page.locator(f"table.list tbody tr > :nth-child({heads.index(head) + 1})").all_inner_texts()

    def total(self) -> str:
        return self.page.locator("#results").inner_text()

    def sql(self, query: str, *values: object) -> list[Any]:
        return [row[0] if len(row) == 1 else row for row in self.db.execute(query, values).fetchall()]


def refused_most(walk: Walk) -> None:
    walk.click("找线索", "谁拒绝得最多")
    query = """
        WITH sums AS (SELECT organ, snapshot, sum(value) AS refused, count(value) AS numbers FROM facts
            WHERE year = 2022 AND indicator LIKE 'requests.denied.%.total' GROUP BY organ, snapshot)
        SELECT s.organ FROM sums s JOIN reports r ON r.snapshot = s.snapshot
        JOIN facts t ON t.snapshot = s.snapshot AND t.indicator = 'requests.total.total'
        WHERE s.numbers = 8 AND t.value >= 30 ORDER BY round(100.0 * refused / t.value, 1) DESC, s.organ
    """
    assert walk.column("机关") == walk.sql(query)


def refused_for_internal_affairs(walk: Walk) -> None:
    walk.click("找线索", "谁拒绝得最多").choose(reason="internal_affairs", year="2021").click("查询")
    query = """
        SELECT max(requests_denied_internal_affairs_total) FROM requests
        WHERE year = 2021 AND requests_total_total >= 30
    """
    assert max(int(n) for n in walk.column("件数")) == walk.sql(query)[0]
    assert organ(BLANK) not in walk.column("机关")


def backlog(walk: Walk) -> None:
    walk.click("找线索", "谁积压的申请多了")
    query = "SELECT max(requests_carried_out_total - requests_carried_in_total) FROM requests WHERE year = 2022"
    assert int(walk.column("增加")[0]) == walk.sql(query)[0]


def lawsuits(walk: Walk) -> None:
    walk.click("找线索", "谁的官司输得多")
    query = """
        SELECT organ FROM review WHERE year = 2022
        ORDER BY 1.0 * review_litigation_direct_corrected
            / (review_litigation_direct_corrected + review_litigation_direct_upheld) DESC LIMIT 1
    """
    assert walk.column("机关")[0] == walk.sql(query)[0]


def late(walk: Walk) -> None:
    walk.click("找线索", "谁年年迟交")
    assert (
        walk.column("机关") == walk.sql("SELECT organ FROM owed WHERE timely = 'late' GROUP BY organ") == [organ(LATE)]
    )


def copied(walk: Walk) -> None:
    walk.click("找线索", "谁抄了谁")
    pairs = walk.sql(
        "SELECT organ, other_organ || other_year || '年报告' FROM audits WHERE rule = 'copied' ORDER BY organ"
    )
    assert list(zip(walk.column("机关"), walk.column("另一份报告"), strict=True)) == pairs


def changed(walk: Walk) -> None:
    walk.click("找线索", "谁悄悄改了数字")
    assert [tuple(one) for one in zip(walk.column("改动前"), walk.column("改动后"), strict=True)] == walk.sql(
        "SELECT before, after FROM events WHERE kind = 'edited' AND detail LIKE '%squares%'"
    )


def blank(walk: Walk) -> None:
    walk.click("找线索", "谁年年整张表空白")
    assert walk.sql("SELECT count(*) FROM report_findings WHERE rule = 'blank_table' AND verdict = 'NOT_REPORTED'") == [
        0
    ]
    assert walk.page.locator("p.notice").is_visible()


def silent(walk: Walk) -> None:
    walk.click("找线索", "谁没有公布")
    assert walk.sql("SELECT count(*) FROM owed WHERE standing = 'missing'") == [0]
    assert walk.page.locator("p.notice").is_visible()


WRONG = "SELECT count(*) FROM report_findings WHERE judgement <> 'dismissed' AND verdict IN ('FAIL', 'WARN')"


def found_in_guangdong(walk: Walk) -> None:
    walk.click("核对结果", "广东")
    assert walk.total() == f"共 {walk.sql(WRONG + ' AND division LIKE ?', '44%')[0]} 处"


def chain_breaks(walk: Walk) -> None:
    walk.click("核对结果", "每一列：上一年的结转下年度继续办理")
    query = "SELECT organ || year || '年报告' FROM audits WHERE rule = 'carry_over' AND verdict = 'FAIL' ORDER BY organ"
    assert walk.page.locator("ol.found h3").all_inner_texts() == walk.sql(query)


def contradictions_of_a_year(walk: Walk) -> None:
    walk.click("核对结果")
    for choice in ("不符", "2021"):  # beside the results, which name years as well
        walk.page.locator(".facets").get_by_role("link", name=choice, exact=True).click()
        walk.clicks += 1
    assert walk.total() == f"共 {walk.sql(WRONG + ' AND verdict = ? AND year = 2021', 'FAIL')[0]} 处"


def rule_holds(walk: Walk) -> None:
    walk.click("核对结果", "各条规则说的是什么", "每一列：本年新收＋上年结转")
    applied, passed = walk.sql("SELECT applied, passed FROM rules WHERE name = 'flow_balance'")[0]
    said = " ".join(walk.page.locator("dl.facts-about").inner_text().split())
    assert f"能用于 {applied} 份" in said
    assert f"通过的项数 {passed}" in said


def confirmed(walk: Walk) -> None:
    walk.click("核对结果", "已由人证实")
    ((by, note),) = walk.sql("SELECT \"by\", note FROM reviews WHERE standing AND judgement = 'confirmed'")
    said = walk.page.locator("article .judgement").inner_text()
    assert by in said
    assert note in said


def dismissed(walk: Walk) -> None:
    walk.click("核对结果", "经人判为不成立")
    query = "SELECT organ || year || '年报告' FROM report_findings WHERE judgement = 'dismissed'"
    assert walk.page.locator("ol.found h3").all_inner_texts() == walk.sql(query)


def latest_events(walk: Walk) -> None:
    walk.click("事件")
    ((name, year),) = walk.sql("SELECT organ, year FROM events ORDER BY at DESC LIMIT 1")
    assert walk.page.locator("ol.happened h3").first.inner_text() == f"{name}{year}年报告"


def edited(walk: Walk) -> None:
    walk.click("事件", "修改")
    assert walk.total() == f"共 {walk.sql('SELECT count(*) FROM events WHERE kind = ?', 'edited')[0]} 件"


def requests_of_one(walk: Walk) -> None:
    walk.choose(q=organ(20)).click("搜索", organ(20))
    shown = walk.page.locator(".counts.small strong").first.inner_text()
    assert shown in {str(n) for n in walk.sql("SELECT requests_new FROM reports WHERE organ = ?", organ(20))}


def feed_of_a_province(walk: Walk) -> None:
    walk.click("核对结果", "山东")
    address = walk.page.get_by_role("link", name="Atom").get_attribute("href") or ""
    body = walk.page.request.get(walk.page.url.partition("/findings")[0] + address).text()
    assert [body.count("<entry>")] == walk.sql(f"{WRONG} AND division LIKE '37%'")


def table_to_take_along(walk: Walk) -> None:
    walk.click("找线索", "谁的官司输得多")
    with walk.page.expect_download() as download:
        walk.click("CSV")
    rows = list(csv.DictReader(Path(download.value.path()).read_text("utf-8").splitlines()))
    lost = walk.sql(
        "SELECT sum(review_litigation_direct_corrected) FROM review JOIN reports USING (snapshot, part)"
        " WHERE reports.year = 2022"
    )
    assert [sum(int(row["lost"]) for row in rows)] == lost


QUESTIONS: dict[str, Callable[[Walk], None]] = {
    "谁拒绝得最多？": refused_most,
    "谁以“内部事务信息”为由拒绝得最多？": refused_for_internal_affairs,
    "谁积压的申请增加最多？": backlog,
    "谁的官司输得多？": lawsuits,
    "谁年年迟交？": late,
    "谁抄了谁？": copied,
    "谁公布之后悄悄改了数字，改动前后的网页在哪里？": changed,
    "谁年年整张表空白？": blank,
    "谁没有公布？": silent,
    "广东的报告有几处对不上？": found_in_guangdong,
    "谁的上年结转与上一年对不上？": chain_breaks,
    "2021 年度有几处不符？": contradictions_of_a_year,
    "这条规则能用于多少份报告，成立多少次？": rule_holds,
    "哪些问题已由人证实，谁说的？": confirmed,
    "哪些问题被判为不成立？": dismissed,
    "最近发生了什么？": latest_events,
    "有多少份报告公布之后又改过？": edited,
    "某个机关收到多少申请？": requests_of_one,
    "怎样知道山东又有新的问题？": feed_of_a_province,
    "能把这张表拿去用吗？": table_to_take_along,
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_within_three_clicks(browser: Browser, site: str, explored: Path, question: str) -> None:
    with opened(browser) as watched, closing(sqlite3.connect(explored / "nianbao.db")) as db:
        walk = Walk(watched.page, site, db)
        QUESTIONS[question](walk)
        assert 0 < walk.clicks <= CLICKS
