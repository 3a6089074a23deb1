"""A government's report and those of its departments: told with who is known, and only of whom names prove it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archive.audits import groups
from tests.audited import checked, keep, made, opened, prose

NEW = "requests.new.total"
GOVERNMENT = "周村区人民政府"
COVERS = prose("2021年，全区各级行政机关共收到政府信息公开申请20件。")
ITSELF = prose("2021年，我单位收到政府信息公开申请20件。")
WHERE = ("370306", "山东省", "淄博市", "周村区")


def family(path: Path, own: float | str, children: dict[str, float | str], **more: Any) -> list[dict[str, Any]]:
    """The findings on a government and departments, their requests being these."""
    with opened(path) as archive:
        more = {"sections": (COVERS,)} | more
        keep(archive, made(2021, {NEW: own}, organ=GOVERNMENT, **more))
        for organ, value in children.items():
            keep(archive, made(2021, {NEW: value}, organ=organ))
        return checked(archive)


TWO: dict[str, float | str] = {"周村区财政局": 8, "周村区教育局": 13}


@pytest.mark.parametrize(
    ("own", "children", "more", "verdict"),
    [
        (20, TWO, {}, "FAIL"),
        (20, TWO, {"sections": (ITSELF,)}, "INFO"),
        (20, TWO | {"周村区民政局": ""}, {}, "WARN"),
        ("", TWO, {}, "UNCERTAIN"),
        ("若干", TWO, {}, "NOT_ASSESSABLE"),
    ],
)
def test_the_whole_is_smaller_than_its_parts(
    tmp_path: Path, own: float | str, children: dict[str, float | str], more: dict[str, Any], verdict: str
) -> None:
    (row,) = family(tmp_path, own, children, **more)
    assert (row["rule"], row["verdict"], row["organ"]) == ("rolls_up", verdict, GOVERNMENT)
    assert (row["expected"], row["actual"]) == (21, own if isinstance(own, int) else None)
    assert f"2 known of {len(children)}" in row["message_en"]
    assert row["holds_if_blank_is_zero"] == (0 if verdict == "UNCERTAIN" else None)


@pytest.mark.parametrize(
    "children",
    [
        {"周村区财政局": 8, "周村区教育局": 12},
        {"周村区财政局": 20, "淄博市周村区财政局": 20},  # two spellings of one organ
        {"周村区王村镇人民政府": 21, "周村区丝绸路街道办事处": 21},  # governments and offices of their own
        {"周村区人民政府办公室": 21},  # may have published the government's own report
        {"张店区财政局": 21, "财政局": 21, "淄博市财政局": 21},  # not this district's, as far as names say
        {"周村区经济开发区财政局": 21},
    ],
)
def test_whose_department_it_is_has_to_be_proved(tmp_path: Path, children: dict[str, float | str]) -> None:
    assert family(tmp_path, 20, children) == []


def test_the_largest_department_is_named(tmp_path: Path) -> None:
    (row,) = family(tmp_path, 10, TWO)
    assert (row["other_organ"], row["other_year"]) == ("周村区教育局", 2021)


def test_a_department_of_another_year_is_still_owed(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        keep(archive, made(2021, {NEW: 20}, organ=GOVERNMENT, sections=(COVERS,)))
        for organ, value in TWO.items():
            keep(archive, made(2021, {NEW: value}, organ=organ))
        assert [row["verdict"] for row in checked(archive)] == ["FAIL"]
        keep(archive, made(2019, organ="周村区水利局"))
        grown = checked(archive)
        assert [row["verdict"] for row in grown] == ["WARN"]
        assert checked(archive, everything=True) == grown


@pytest.mark.parametrize(
    ("organ", "where", "name"),
    [
        ("淄博市周村区财政局", WHERE, "财政局"),
        ("山东省淄博市周村区财政局", WHERE, "财政局"),
        ("淄博市财政局", ("370300", "山东省", "淄博市", ""), "财政局"),
        ("山东省财政厅", ("370000", "山东省", "", ""), "财政厅"),
        ("朝阳区财政局", ("110105", "北京市", "", "朝阳区"), "财政局"),
        ("淄博市生态环境局周村分局", WHERE, ""),
        ("国家税务总局淄博市周村区税务局", WHERE, ""),
        ("周村区财政局", ("370306", "山东省", "淄博市", ""), ""),
        ("财政部", ("", "", "", ""), ""),
    ],
)
def test_departments(organ: str, where: tuple[str, str, str, str], name: str) -> None:
    assert groups.department(organ, *where) == name


def test_governments() -> None:
    assert groups.government("淄博市周村区人民政府", *WHERE)
    assert not groups.government("周村区王村镇人民政府", *WHERE)
    assert not groups.government("淄博市人民政府", *WHERE)
