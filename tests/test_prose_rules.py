"""What the prose says against the tables, and against itself."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from archive.records import Finding
from parsers.checks import check
from tests.test_checks import evidence

OTHERS = {
    "requests.carried_in.natural_person": 2,
    "requests.carried_in.total": 2,
    "requests.carried_out.natural_person": 3,
    "requests.carried_out.total": 3,
    "review.reconsideration.upheld": 2,
    "review.reconsideration.corrected": 1,
    "review.reconsideration.total": 3,
    "review.litigation_direct.upheld": 1,
    "review.litigation_direct.total": 1,
    "review.litigation_after_reconsideration.upheld": 1,
    "review.litigation_after_reconsideration.total": 1,
    "proactive.licensing.decisions": 30,
    "proactive.penalties.decisions": 7,
    "proactive.normative_documents.issued": 4,
    "proactive.fees.amount": 12,
}  # five new requests, two carried in, four disclosed, three carried out


def found(
    prose: str, rule: str = "prose_against_table", change: Mapping[str, int | None] | None = None
) -> list[Finding]:
    findings, _ = check(evidence(OTHERS | dict(change or {}), prose=prose))
    return [finding for finding in findings if finding.rule == rule]


@pytest.mark.parametrize(
    ("prose", "expected", "actual"),
    [
        ("全年收到政府信息公开申请9件。", 9, 5),
        ("办理依申请公开9件。", 9, 4),
        ("收到政府信息公开申请5件，上年结转1件，办结4件，结转下年度3件。", 1, 2),
        ("收到政府信息公开申请5件，予以公开1件。", 1, 4),
        ("收到政府信息公开申请5件，不予公开2件。", 2, 0),
        ("因政府信息公开引发行政复议4件。", 4, 3),
        ("因政府信息公开被申请行政复议3件，其中结果维持1件。", 1, 2),
        ("因政府信息公开引发行政诉讼5件。", 5, 2),
        ("作出行政处罚决定8件。", 8, 7),
        ("制发行政规范性文件6件。", 6, 4),
        ("收取行政事业性收费13万元。", 13, 12),
    ],
)
def test_a_number_that_is_another_one_in_the_table(prose: str, expected: int, actual: int) -> None:
    assert [(f.verdict, f.expected, f.actual) for f in found(prose)] == [("FAIL", expected, actual)]


@pytest.mark.parametrize(
    ("prose", "expected", "actual"),
    [
        ("公示行政许可30项、行政处罚9项。", 9, 7),
        ("共处理政府信息公开申请9件（含上年结转2件）。", 9, 7),
    ],
)
def test_a_number_that_may_be_of_something_near_it_is_odd(prose: str, expected: int, actual: int) -> None:
    (finding,) = found(prose)
    assert (finding.verdict, finding.expected, finding.actual) == ("WARN", expected, actual)
    assert finding.message_zh.endswith("；两处未必说的是同一个数。")


@pytest.mark.parametrize(
    ("prose", "quoted"),
    [
        ("收到政府信息公开申请5件，上年结转15件。", "收到政府信息公开申请5件，上年结转15件"),
        ("收到政府信息公开申请15件，上年结转5件。", "收到政府信息公开申请15件，上年结转5件"),
        ("因政府信息公开引发行政复议13件，行政诉讼3件。", "因政府信息公开引发行政复议13件，行政诉讼3件"),
    ],
)
def test_a_contradiction_quotes_its_own_number(prose: str, quoted: str) -> None:
    assert [finding for finding in found(prose) if f"“{quoted}”" in finding.message_zh]


def test_a_part_that_is_denied_contradicts_nothing() -> None:
    five = {"requests.new.total": 5}
    assert found("全年收到政府信息公开申请5件。下属的服务站未收到政府信息公开申请。", "zero_claim", five) == []
    (finding,) = found("公文属性认定中，依申请公开0件。", "zero_claim", five)
    assert (finding.verdict, finding.actual) == ("WARN", 5)


def test_a_contradiction_quotes_the_sentence() -> None:
    (finding,) = found("全年收到政府信息公开申请9件，均已办结。")
    assert finding.message_zh == "正文写“全年收到政府信息公开申请9件”，表中“一、本年新收政府信息公开申请数量”却为 5。"
    (finding,) = found("全年办结政府信息公开申请9件。")
    assert finding.message_zh == "正文写“全年办结政府信息公开申请9件”，表中“三、本年度办理结果（七）总计”却为 4。"
    (finding,) = found(f"{'我局认真贯彻落实上级部署，' * 5}全年收到政府信息公开申请9件。")
    assert finding.message_zh.startswith("正文写“…我局认真贯彻落实上级部署，")
    assert "全年收到政府信息公开申请9件”" in finding.message_zh


@pytest.mark.parametrize(
    "prose",
    [
        "全年收到政府信息公开申请5件。",
        "全年共处理政府信息公开申请7件（含上年结转2件）。",
        "全年接收且办理政府信息公开申请7宗（含结转2宗）。",
        "开展规范性文件清理，废止规范性文件8件，继续有效20件。",
        "继续有效的规范性文件20件。",
        "公示行政处罚9项。",
        "全年收到政府信息公开申请7件（含上年结转2件）。",
        "全年办理依申请公开4件。",
        "全年受理政府信息公开申请7件，答复4件，结转下年度3件。",
        "因政府信息公开引发行政诉讼1件。",
        "公示行政许可500项、行政处罚600项。",  # nothing shows that decisions are meant
        "各乡镇收到政府信息公开申请50件。",
        "全年收到政府信息公开申请5件。全年通过网络收到政府信息公开申请3件。",
        "全市收到政府信息公开申请500件，本机关收到政府信息公开申请5件。",
        "收到政府信息公开申请12件，撤回7件，受理5件。",
        "制定行政规范性文件6件。",
    ],
)
def test_a_number_with_a_meaning_that_fits_contradicts_nothing(prose: str) -> None:
    assert found(prose) == []


def test_what_is_not_told_apart_may_be_several_rows() -> None:
    change = {"requests.not_processed.repeat.total": 2}
    assert found("收到政府信息公开申请5件，予以公开4件，其他处理2件。", change=change) == []
    assert [f.actual for f in found("收到政府信息公开申请5件，其他处理1件。", change=change)] == [0]


def test_a_blank_square_leaves_it_open() -> None:
    row = {f"requests.partly_disclosed.{c}": None for c in ("natural_person", "total")}
    (finding,) = found("收到政府信息公开申请5件，部分公开1件。", change=row)
    assert (finding.verdict, finding.expected, finding.actual, finding.holds_if_blank_is_zero) == (
        "UNCERTAIN", 1, 0, False,
    )  # fmt: skip


def test_where_no_table_says_it_one_finding_tells_all() -> None:
    findings, _ = check(evidence({}, prose="收到政府信息公开申请5件，予以公开4件。", drop="requests."))
    (finding,) = [f for f in findings if f.rule == "prose_against_table"]
    assert finding.verdict == "NOT_ASSESSABLE"
    assert finding.indicators == ("requests.disclosed.total", "requests.new.total")


@pytest.mark.parametrize(
    ("prose", "verdict", "expected", "actual"),
    [
        ("收到政府信息公开申请15件，其中自然人10件，法人或其他组织4件。", "FAIL", 15, 14),
        ("收到政府信息公开申请15件，其中网上申请10件，信函申请6件。", "FAIL", 15, 16),
        ("收到政府信息公开申请15件，上年结转2件，其中网上申请10件，信函申请8件。", "FAIL", 15, 18),
        ("收到政府信息公开申请15件。其中，网上申请10件，信函申请6件。", "FAIL", 15, 16),
        ("收到政府信息公开申请15件。其中自然人10件，法人或其他组织4件。", "FAIL", 15, 14),
        ("收到政府信息公开申请15件，其中自然人10件，商业企业4件，其他2件。", "FAIL", 15, 16),
        ("主动公开信息126条，其中政务动态78条、规范性文件35条、财政信息91条。", "WARN", 126, 204),
        (
            "公开信息共计3437条，包括：人事信息12条，动态1740条，公示225 条，回应信息共计110条，其他1827条。",
            "WARN",
            3437,
            3914,
        ),
        ("办结政府信息公开申请9件，其中予以公开3件，不予公开2件，其他处理1件。", "WARN", 9, 6),
        ("主动公开信息126条。其中：政务动态78条，占61.9%，规范性文件35条，财政信息14条。", "WARN", 126, 127),
        ("收到政府信息公开申请15件，其中网上申请10件，信函申请4件。", "WARN", 15, 14),
        ("办结政府信息公开申请15件，其中予以公开10件，部分公开6件。", "FAIL", 15, 16),
        ("因政府信息公开引发行政复议6件，其中维持4件，纠正3件。", "FAIL", 6, 7),
        ("收到政府信息公开申请15件，上年结转2件，办结15件，结转下年度1件。", "FAIL", 17, 16),
        ("新收依申请公开78件，上年结转3件。办结75件，结转下年度继续办理4件。", "FAIL", 81, 79),
        ("新收依申请公开78件，上年结转3件。答复75件，结转下年度继续办理4件。", "WARN", 81, 79),
        ("市级787项政务服务事项中，720项实现网上可办，占比达到91.36%。", "FAIL", 91.49, 91.36),
    ],
)
def test_parts_that_do_not_make_the_whole(prose: str, verdict: str, expected: float, actual: float) -> None:
    (finding,) = found(prose, "prose_sums")
    assert (finding.verdict, finding.expected, finding.actual) == (verdict, expected, actual)
    assert finding.evidence in prose


@pytest.mark.parametrize(
    "prose",
    [
        "收到政府信息公开申请15件，其中自然人10件，法人或其他组织5件。",
        "收到政府信息公开申请15件，其中自然人10件。",
        "收到政府信息公开申请15件，其中自然人10件，法人3件，其他组织2件。",
        "收到政府信息公开申请15件，办结14件。其中自然人10件，法人或其他组织4件。",
        "主动公开信息126条，其中政务动态78条、规范性文件35条、财政信息13条。",
        "主动公开信息126条，其中政务动态78条、规范性文件35条。",
        "主动公开信息126条，其中门户网站78条、微信公众号35条、政务微博91条。",
        "主动公开信息126条，其中政务动态78条、更新35条、财政信息91条。",
        "主动公开信息126条，其中政务动态78条，累计公开1350条，财政信息91条。",
        "主动公开信息126条，其中政务动态78条、规范性文件35条；财政信息91条。",
        "引发行政争议11件，其中，行政复议7件，结果维持6件，尚未审结1件。",
        "主动公开文件11件，其中，公文9件，通知7件，公告2件。",  # the last two are of the first
        "新收政府信息公开申请8件，办结9件（含上年结转2件）。其中，公开4件，不予公开2件，不掌握1件，其他处理1件。",
        "办结政府信息公开申请9件，其中予以公开3件，不予公开2件，其他处理1件，撤回3件。",
        "收到政府信息公开申请15件，其中网上申请10件，信函申请5件，答复12件。",
        "收到政府信息公开申请15件，上年结转2件，其中网上申请10件，信函申请7件。",
        "收到政府信息公开申请15件，其中网上申请10件，信函申请7件。",  # the table has two that were carried over
        "收到政府信息公开申请15件，上年结转2件，办结16件，结转下年度1件。",
        "因政府信息公开引发行政复议6件，其中维持4件，纠正1件。",
        "新增信息50条，其中概况信息8条，占16%；计划信息12条，占24%。",
        "指南1条，占8%；公文5条，占41%；决算2条，占17%。",
        "公开信息12条，其中公文5条，占41%，占全市总量的3%。",
        "公开信息100条，其中网站60条，占全市总数的5%。",
    ],
)
def test_parts_that_fit_or_need_not(prose: str) -> None:
    assert found(prose, "prose_sums") == []


def test_sums_name_what_their_numbers_count() -> None:
    (finding,) = found("收到政府信息公开申请15件，其中自然人10件，法人或其他组织4件。", "prose_sums")
    assert finding.message_zh == (
        "正文写“收到政府信息公开申请15件”，其下所列“自然人” 10、“法人或其他组织” 4，合计却为 14。"
    )
    (finding,) = found("公开信息19条，其中包括机构设置4条、政策解读5条、公示公告13条。", "prose_sums")
    assert "其中所列“机构设置” 4、" in finding.message_zh
    (finding,) = found("办结政府信息公开申请15件，其中予以公开10件，部分公开6件。", "prose_sums")
    assert "“（一）予以公开” 10、“（二）部分公开” 6，" in finding.message_zh
    (finding,) = found(f"公开信息1500条，{'其中概况信息876条，占58.4%，' * 3}任免信息2条，占0.01%。", "prose_sums")
    assert finding.message_zh == "正文写“任免信息2条，占0.01%”，而 2 ÷ 1500 应为 0.13%。"
    (finding,) = found("市级787项政务服务事项中，720项实现网上可办，占比达到91.36%。", "prose_sums")
    assert finding.message_zh == (
        "正文写“市级787项政务服务事项中，720项实现网上可办，占比达到91.36%”，而 720 ÷ 787 应为 91.49%。"
    )
