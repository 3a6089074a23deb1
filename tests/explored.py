"""An archive made by hand for the pages that tell what was found: 32 like departments, two years, known oddities."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archive import reviews
from archive.records import Candidate, Finding
from archive.shown import judged
from archive.store import Archive
from commands.reading import check_archive
from tests.audited import keep, made, opened

TODAY = "2026-12-01"
COUNT = 32
YEARS = (2021, 2022)
CARRIED, LATE, LOST, COPY, BLANK, SMALL = 5, 4, 3, 8, 9, 10  # whose report is odd, and how
ELSEWHERE = "岭南县财政局"
GUANGDONG = {"division": "440306", "province": "广东省", "city": "深圳市", "county": "宝安区"}


def organ(number: int) -> str:
    """One of the like ones."""
    return f"青石县示例{number:02}局"


def build(directory: Path) -> None:
    """Fill a new archive, and check it as `nianbao check` does."""
    with opened(directory) as archive:
        for number in range(COUNT):
            for year in YEARS:
                _report(archive, number, year)
        found = (finding("row_total", "WARN", 7.0),)
        keep(archive, made(2021, {"requests.new.total": 3}, organ=ELSEWHERE, findings=found, **GUANGDONG))
        _edited(archive)
        check_archive(archive, today=TODAY)
        _judge(archive)


def _report(archive: Archive, number: int, year: int) -> None:
    squares = _squares(number, year)
    dated = f"{year + 1}-{'05-20' if number == LATE else '01-20'}"
    found = {0: (finding("row_total", "FAIL", 2.0),), 1: (finding("outcome_total", "FAIL", 3.0),)}
    parsed = made(
        year, squares, organ=organ(number), published=dated, candidates=(_dated(dated),),
        findings=found.get(number, ()), passed=(("flow_balance", 7),),
    )  # fmt: skip
    keep(archive, parsed, timestamp=f"{year + 1}060100{number:02}00")


def _squares(number: int, year: int) -> dict[str, float | str | None]:
    like = COPY - 1 if number == COPY and year == 2022 else number
    size = 40 + like + (year - 2021) * 50
    carried = like + 1
    squares: dict[str, float | str | None] = {
        "requests.new.total": size,
        "requests.carried_in.total": carried if year == 2022 else 0,
        "requests.disclosed.total": size - like,
        "requests.denied.internal_affairs.total": like,
        "requests.total.total": size,
        "requests.carried_out.total": carried if year == 2021 else carried * 2,
        "review.litigation_direct.upheld": 20 + like,
        "review.litigation_direct.corrected": 1,
        "review.litigation_direct.total": 21 + like,
    }
    if number == CARRIED and year == 2022:
        squares["requests.carried_in.total"] = 99
    if number == LOST:
        squares |= {"review.litigation_direct.upheld": 10, "review.litigation_direct.corrected": 11 + number}
    if number == BLANK:
        squares["requests.denied.internal_affairs.total"] = ""
    if number == SMALL:
        squares |= {"requests.total.total": 4, "requests.denied.internal_affairs.total": 4}
    return squares


def _dated(day: str) -> Candidate:
    return Candidate(field="published", value=day, source="label:发布时间")


def finding(rule: str, verdict: Any, expected: float) -> Finding:
    return Finding(
        rule=rule, version=1, verdict=verdict, indicators=("requests.new.total",), expected=expected, actual=1.0,
        message_zh="合计<i>不符</i>", message_en="the <i>total</i> differs",
    )  # fmt: skip


def _edited(archive: Archive) -> None:
    """A later capture of one report's address says something else."""
    first = organ(2)
    squares = _squares(2, 2022) | {"requests.new.business": 1}
    parsed = made(2022, squares, organ=first, published="2023-01-20", candidates=(_dated("2023-01-20"),))
    address = f"{first} 2022 370306"
    (url,) = archive.db.execute(
        "SELECT url FROM snapshots JOIN readings ON id = snapshot WHERE organ = ? AND year = 2022", (first,)
    ).fetchone()
    keep(archive, parsed, f"{address} again", url=url, timestamp="20230901000000")


def _judge(archive: Archive) -> None:
    """Two people, of two findings."""
    file = archive.directory / reviews.NAME
    for rule, judgement in (("row_total", "confirmed"), ("outcome_total", "dismissed")):
        found = judged.listed(archive, rules=[rule], years=[2021], verdicts=["FAIL"])
        chosen: list[Mapping[str, Any]] = [one | {"message": one["message_zh"]} for one in found]
        reviews.judge(file, chosen, judgement=judgement, note="看过原件", by="周晓")  # type: ignore[arg-type]
    reviews.sync(archive.db, file)
