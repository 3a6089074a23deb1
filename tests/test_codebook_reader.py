"""A reader who knows only the codebook rebuilds totals that real reports print, from the CSV of a release alone."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.released import real
from tests.reports import golden

Squares = Mapping[str, str]  # what the codebook says of a column -> what the CSV has there; "" is NULL
LINE = re.compile(r"^\| `(\w+)` \| \w+ \| count \| (.+?)(?:（仅 (\d{4})）)? \|$")
APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
ENDS = ("结果维持", "结果纠正", "其他结果", "尚未审结")
NEW, BEFORE, RESULTS = "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "三、本年度办理结果/"
ALL, AFTER = f"{RESULTS}（七）总计", "四、结转下年度继续办理"
DISCLOSED, SUED = f"{RESULTS}（一）予以公开", "行政诉讼/未经复议直接起诉"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return real(tmp_path_factory.mktemp("reader"))


def read(release: Path, table: str, organ: str) -> Squares:
    """One report's row, under the words of the codebook; columns of another form are left out, as it says."""
    book = (release / "CODEBOOK.zh.md").read_text("utf-8")
    part = book.partition(f"\n## {table}\n")[2].partition("\n## ")[0]
    with zipfile.ZipFile(release / "csv" / f"{table}.zip") as pack:
        text = pack.read(f"{table}.csv").decode("utf-8-sig")
    (row,) = [row for row in csv.DictReader(io.StringIO(text, newline="")) if row["organ"] == organ]
    lines = [line for line in map(LINE.match, part.splitlines()) if line]
    assert len(lines) > 14
    return {line[2]: row[line[1]] for line in lines if line[3] in (None, row["form"])}


def added(squares: Squares, *names: str) -> int | None:
    """Only where every part is a number: blank is not zero."""
    parts = [squares[name] for name in names]
    return sum(map(int, parts)) if all(parts) else None


def across(squares: Squares, row: str) -> int | None:
    return added(squares, *(f"{row} · {who}" for who in APPLICANTS))


def down(squares: Squares, column: str) -> int | None:
    rows = [name for name in squares if name.startswith(RESULTS) and name.endswith(f" · {column}")]
    assert len(rows) > 15
    return added(squares, *(name for name in rows if not name.startswith(ALL)))


def test_five_totals_of_a_real_report(release: Path) -> None:
    """As 卫东区 printed them for 2020."""
    squares = read(release, "requests", "卫东区人民政府")
    assert across(squares, NEW) == 3
    assert across(squares, DISCLOSED) == 3
    assert down(squares, "总计") == 3
    assert across(squares, ALL) == 3
    came = added(squares, f"{NEW} · 总计", f"{BEFORE} · 总计")
    assert came is not None
    assert came - 3 == 0 == across(squares, AFTER)
    printed = {row: squares[f"{row} · 总计"] for row in (NEW, DISCLOSED, ALL, AFTER)}
    assert printed == {NEW: "3", DISCLOSED: "3", ALL: "3", AFTER: "0"}


def test_a_total_of_lawsuits(release: Path) -> None:
    """周村区: one lawsuit that ended otherwise, though its text says that there was none."""
    squares = read(release, "review", "周村区行政审批服务局")
    assert added(squares, *(f"{SUED} · {end}" for end in ENDS)) == 1
    assert squares[f"{SUED} · 总计"] == "1"


def test_what_a_person_reads_is_what_the_codebook_leads_to(release: Path) -> None:
    """Every square of the printed totals' row, in each report; NULL where it is blank."""
    for name in ("zhoucun-2020", "weidong-2020", "ankang-2020", "lukou-2020", "weihai-2019"):
        page = golden(name)
        squares = read(release, "requests", page["organ"])
        seen = [page["facts"][f"requests.total.{who}"] for who in
                "natural_person business research social_welfare legal_service other total".split()]  # fmt: skip
        found = [squares[f"{ALL} · {who}"] for who in (*APPLICANTS, "总计")]
        assert found == ["" if value is None else str(value) for value in seen], name


def test_blank_is_no_total(release: Path) -> None:
    """渌口区 left table three blank: nothing can be rebuilt, and nothing is zero."""
    squares = read(release, "requests", "株洲市渌口区行政审批服务局")
    assert across(squares, NEW) is None
    assert down(squares, "总计") is None
    assert squares[f"{NEW} · 总计"] == ""
