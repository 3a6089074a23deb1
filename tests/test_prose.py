"""Numbers of the prose bound to what they count, and nothing bound that is not said plainly."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.records import Section, Statement
from archive.store import Archive
from parsers.forms import INDICATORS
from parsers.output import as_json
from parsers.prose.statements import statements
from tests.captures import indexed, reading, table
from tests.reports import REPORTS, read

YEAR, ORGAN = 2021, "临江市人民政府办公室"

BINDINGS = [
    (
        "2021年，本机关共收到政府信息公开申请15件，其中网上申请10件，信函申请5件。予以公开8件，部分公开2件，不予公开1件。",
        {"requests.new.total": 15, "requests.disclosed.total": 8, "requests.partly_disclosed.total": 2}
        | {"requests.denied.total": 1},
    ),
    ("（二）依申请公开情况。全年共收到申请3件，上年结转1件，办结4件。", {"requests.new.total": 3}
     | {"requests.carried_in.total": 1, "requests.total.total": 4}),
    ("收到政府信息公开申请１２件，其中自然人10件、法人2件。", {"requests.new.total": 12}
     | {"requests.new.natural_person": 10, "requests.new.legal_person": 2}),
    ("因政府信息公开被申请行政复议5件，其中维持3件，纠正1件；被提起行政诉讼2件。", {"review.reconsideration.total": 5}
     | {"review.reconsideration.upheld": 3, "review.reconsideration.corrected": 1, "review.litigation.total": 2}),
    ("行政复议、行政诉讼均为0。", {"review.reconsideration.total": 0, "review.litigation.total": 0}),
    ("因政府信息公开引发的行政复议和行政诉讼分别为3件、2件。", {"review.reconsideration.total": 3}
     | {"review.litigation.total": 2}),
    ("制定规范性文件5件，废止2件，现行有效20件。", {"proactive.normative_documents.issued": 5}
     | {"proactive.normative_documents.repealed": 2, "proactive.normative_documents.in_force": 20}),
    ("作出行政许可决定30件。", {"proactive.licensing.decisions": 30}),
    ("收取行政事业性收费120.5万元。", {"proactive.fees.amount": 120.5}),
    ("收到政府信息公开申请十三件。", {"requests.new.total": 13}),
    ("市政府办公室受理依申请公开7件。", {"requests.new.total": 7}),
    ("（二）依申请公开情况。接到依申请公开60件，上年结转办理2件，均按规定答复。年内共办结59件，结转下年度继续办理3件。",
     {"requests.new.total": 60, "requests.carried_in.total": 2, "requests.total.total": 59}
     | {"requests.carried_out.total": 3}),
    ("收到政府信息公开申请20起，比2020年（31起）下降35%，办结20起。", {"requests.new.total": 20}
     | {"requests.total.total": 20}),
    ("因政府信息公开产生行政复议6件和行政诉讼3件，其中行政复议结果维持5件，尚未审结1件，行政诉讼结果维持3件。",
     {"review.reconsideration.total": 6, "review.reconsideration.upheld": 5, "review.reconsideration.pending": 1}
     | {"review.litigation.total": 3, "review.litigation.upheld": 3}),
    ("收到政府信息公开申请12件，其中自然人7件，商业企业3件，其他2件。", {"requests.new.total": 12}
     | {"requests.new.natural_person": 7, "requests.new.business": 3, "requests.new.other": 2}),
    ("收到政府信息公开申请12件。其中自然人10件，法人或其他组织2件。", {"requests.new.total": 12}
     | {"requests.new.natural_person": 10, "requests.new.legal_person": 2}),
    ("收到政府信息公开申请12件，办结10件。其中自然人8件，予以公开7件。", {"requests.new.total": 12}
     | {"requests.total.total": 10, "requests.disclosed.total": 7}),
    ("因政府信息公开引发行政复议5件、行政诉讼3件。其中维持4件。", {"review.reconsideration.total": 5}
     | {"review.litigation.total": 3}),
    ("收到政府信息公开申请12件，其中自然人7件，法人3件，其他组织2件。", {"requests.new.total": 12}
     | {"requests.new.natural_person": 7}),
    ("收到政府信息公开申请12件，予以公开8件，其他4件。", {"requests.new.total": 12, "requests.disclosed.total": 8}),
]  # fmt: skip

UNBOUND = [
    "各乡镇收到政府信息公开申请5件。",
    "上半年收到政府信息公开申请5件。",
    "2020年收到政府信息公开申请5件。",
    "去年收到政府信息公开申请5件。",
    "通过网络收到政府信息公开申请5件。",
    "市公安局收到政府信息公开申请5件。",
    "累计收到政府信息公开申请500件。",
    "收到政府信息公开申请50余件。",
    "主动公开政府信息30条。",
    "申请、咨询共5件。",
    "一、本年新收政府信息公开申请数量003224",
    "行政许可60110",
    "2020年受理政府信息公开申请3件，答复3件。",
    "发文96件，其中主动公开90件，依申请公开4件，不予公开2件。",
    "全市各级各部门办理政府信息公开申请651件。",
    "信息公开以外，全年审理行政复议案件200件。",
    "除2件结转下年办理外，均按时答复。",
    "全年配合市审批局回应和回复依申请公开1件。",
]


def bound(text: str, number: int = 1) -> dict[str, int | float]:
    section = Section(number=number, heading="一、总体情况", text=text)
    found = statements([section], YEAR, ORGAN)
    assert all(text[s.offset :].startswith(s.raw) and s.raw in s.sentence for s in found)
    assert len({s.indicator for s in found}) == len(found)
    return {s.indicator: s.value for s in found}


@pytest.mark.parametrize(("text", "expected"), BINDINGS)
def test_a_number_is_bound_to_what_it_counts(text: str, expected: dict[str, float]) -> None:
    assert bound(text) == expected


@pytest.mark.parametrize("text", UNBOUND)
def test_a_number_of_something_else_is_not_bound(text: str) -> None:
    assert bound(text) == {}


@pytest.mark.parametrize(
    ("text", "certain", "doubtful"),
    [
        ("共处理政府信息公开申请61件（含上年度结转4件）。", {"requests.carried_in.total"}, {"requests.total.total"}),
        ("接收且办理政府信息公开申请61宗（含结转4宗）。", {"requests.carried_in.total"}, {"requests.new.total"}),
        ("办理政府信息公开申请6件，其中上年结转2件，本年新收4件。",
         {"requests.carried_in.total", "requests.new.total"}, {"requests.total.total"}),
        ("收到政府信息公开申请10件（其中，撤件1件）。", set(), {"requests.new.total"}),
        ("新收政府信息公开申请8件，办理9件（含上年结转2件）。", {"requests.new.total", "requests.carried_in.total"},
         {"requests.total.total"}),
        ("收到政府信息公开申请6件，上年结转2件，办结8件。",
         {"requests.new.total", "requests.carried_in.total", "requests.total.total"}, set()),
        ("废止规范性文件5件，现行有效20件。", {"proactive.normative_documents.repealed",
                                          "proactive.normative_documents.in_force"}, set()),
        ("开展规范性文件清理。废止规范性文件5件，现行有效20件。", set(), {"proactive.normative_documents.repealed",
                                                            "proactive.normative_documents.in_force"}),
        ("规范性文件继续有效20件。", set(), {"proactive.normative_documents.in_force"}),
        ("制发规范性文件3件，废止2件，宣布失效1件。", {"proactive.normative_documents.issued"},
         {"proactive.normative_documents.repealed"}),
        ("作出行政处罚决定9项。", {"proactive.penalties.decisions"}, set()),
        ("公示行政处罚9项。", set(), {"proactive.penalties.decisions"}),
    ],
)  # fmt: skip
def test_what_may_count_something_near_it_is_bound_in_doubt(text: str, certain: set[str], doubtful: set[str]) -> None:
    found = statements([Section(number=1, heading="一、总体情况", text=text)], YEAR, ORGAN)
    assert {s.indicator for s in found if s.certain} == certain
    assert {s.indicator for s in found if not s.certain} == doubtful


def test_a_real_report_says_it_and_prints_it() -> None:
    parsed = read((REPORTS / "ankang-2020.txt").read_bytes())
    found = {s["indicator"]: (s["value"], s["raw"], s["certain"]) for s in as_json(parsed)["statements"]}
    assert found == {
        "proactive.licensing.decisions": (5113, "5113项", False),
        "proactive.other_services.decisions": (1373, "1373项", False),
        "requests.new.total": (0, "0件", True),
    }


def test_statements_are_stored_and_replaced_whole(tmp_path: Path) -> None:
    one = Statement(
        indicator="requests.new.total", value=3, raw="3件", section=1, offset=4, sentence="共收到申请3件"
    )  # fmt: skip
    with Archive.open(tmp_path / "data", INDICATORS) as archive:
        archive.add(indexed("x"))
        archive.replace_parsed(indexed("x"), reading(statements=(one,)))
        (row,) = table(archive, "statements")
        assert [row[name] for name in ("organ", "indicator", "value", "certain", "offset")] == [
            reading().organ, "requests.new.total", 3, 1, 4,
        ]  # fmt: skip
        archive.replace_parsed(indexed("x"), reading())
        assert table(archive, "statements") == []
