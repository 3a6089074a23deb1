"""Real pages that stay outside the project: what a person reads in them stands in tests/pages."""

from __future__ import annotations

from archive.records import Parsed
from tests.reports import REAL, golden, needs_real, read, squares

pytestmark = needs_real


def test_the_report_of_2019_with_its_label_printed_twice() -> None:
    """Word broke table three at a page: 三、本年度办理结果 stands in two cells."""
    parsed = read((REAL / "A_2019_80576.html").read_bytes(), division="350128")
    expected = golden("pingtan-2019")
    assert squares(parsed) == expected["facts"]
    assert (parsed.title, parsed.organ, parsed.year) == (expected["title"], expected["organ"], expected["year"])
    assert (parsed.kind, parsed.published, parsed.forms) == ("report", expected["published"], ("2019",))
    assert period(parsed) == expected["period"]
    assert [s.heading for s in parsed.sections] == expected["headings"]
    assert [(f.rule, f.verdict, f.evidence, f.actual) for f in parsed.findings] == [
        ("unit_in_square", "INFO", "75394432.52元", 7539.443252)
    ]
    (amount,) = [f for f in parsed.facts if f.indicator == "proactive.procurement.amount"]
    assert (amount.raw, amount.value) == ("75394432.52元", 7539.443252)


def test_the_report_of_2015_in_the_form_of_fujian() -> None:
    parsed = read((REAL / "A_2015_80445.html").read_bytes(), division="350128")
    expected = golden("pingtan-2015")
    assert squares(parsed) == expected["facts"]
    assert (parsed.kind, parsed.title, parsed.organ) == ("report", expected["title"], expected["organ"])
    assert (parsed.year, parsed.published, period(parsed)) == (
        expected["year"],
        expected["published"],
        expected["period"],
    )
    assert [s.heading for s in parsed.sections] == expected["headings"]
    assert (parsed.forms, parsed.findings) == (("fujian",), ())


def test_a_page_whose_report_is_its_attachment() -> None:
    parsed = read((REAL / "B_gaj_2020_80590_attachment_only.html").read_bytes())
    assert (parsed.kind, parsed.facts, parsed.findings) == ("attachment_only", (), ())
    assert (parsed.title, parsed.organ) == (
        "平潭综合实验区公安局2020年政府信息公开工作年度报告",
        "平潭综合实验区公安局",
    )
    assert (parsed.year, parsed.published, period(parsed)) == (2020, "2021-01-28", None)
    assert [s.heading for s in parsed.sections] == [""]
    assert [(a[0], a[1]) for a in parsed.attachments] == [
        ("./P020240708585830864986.doc", "平潭综合实验区公安局2020年政府信息公开工作年度报告.doc")
    ]


def test_a_list_is_no_report() -> None:
    parsed = read((REAL / "list_zfxxgknb_index.html").read_bytes())
    assert (parsed.kind, parsed.published, parsed.facts) == ("list", None, ())
    assert [f.rule for f in parsed.findings] == ["not_a_report"]


def test_what_is_believed_of_a_real_page_is_the_first_of_its_candidates() -> None:
    for page in sorted(REAL.glob("*.html")):
        parsed = read(page.read_bytes())
        for field in ("organ", "year", "published"):
            named = [c.value for c in parsed.candidates if c.field == field]
            believed = getattr(parsed, field)
            assert named[:1] == ([str(believed)] if believed else [])


def period(parsed: Parsed) -> str | None:
    return next((c.value for c in parsed.candidates if c.field == "period"), None)
