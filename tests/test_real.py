"""Real pages that stay outside the project: what a person reads in them stands in tests/pages."""

from __future__ import annotations

from tests.reports import REAL, golden, needs_real, read, squares

pytestmark = needs_real


def test_the_report_of_2019_with_its_label_printed_twice() -> None:
    """Word broke table three at a page: 三、本年度办理结果 stands in two cells."""
    parsed = read((REAL / "A_2019_80576.html").read_bytes())
    expected = golden("pingtan-2019")
    assert squares(parsed) == expected["facts"]
    assert (parsed.title, parsed.organ, parsed.year) == (expected["title"], expected["organ"], expected["year"])
    assert (parsed.published, parsed.forms) == ("2020-01-20", ("2019",))
    assert [(f.rule, f.verdict, f.evidence, f.actual) for f in parsed.findings] == [
        ("unit_in_square", "INFO", "75394432.52元", 7539.443252)
    ]
    (amount,) = [f for f in parsed.facts if f.indicator == "proactive.procurement.amount"]
    assert (amount.raw, amount.value) == ("75394432.52元", 7539.443252)


def test_the_report_of_2015_in_the_form_of_fujian() -> None:
    parsed = read((REAL / "A_2015_80445.html").read_bytes())
    expected = golden("pingtan-2015")
    assert squares(parsed) == expected["facts"]
    assert (parsed.kind, parsed.organ, parsed.year) == ("report", expected["organ"], expected["year"])
    assert (parsed.published, parsed.forms, parsed.findings) == ("2016-01-12", ("fujian",), ())


def test_a_page_whose_report_is_its_attachment() -> None:
    parsed = read((REAL / "B_gaj_2020_80590_attachment_only.html").read_bytes())
    assert (parsed.kind, parsed.facts) == ("attachment_only", ())
    assert [(a[0], a[1]) for a in parsed.attachments] == [
        ("./P020240708585830864986.doc", "平潭综合实验区公安局2020年政府信息公开工作年度报告.doc")
    ]


def test_a_list_is_no_report() -> None:
    assert read((REAL / "list_zfxxgknb_index.html").read_bytes()).kind == "list"
