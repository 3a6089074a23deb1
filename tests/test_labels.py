"""Labels as real pages print them, and the row of the form that they mean."""

from __future__ import annotations

import pytest

from parsers.labels import key
from parsers.tables.proactive import proactive_row
from parsers.tables.request_labels import request_row


@pytest.mark.parametrize(
    ("printed", "same"),
    [
        ("（三） 不予\n公开", "不予公开"),
        ("(三)不予公开", "不予公开"),
        ("（3） 不予公开", "不予公开"),
        ("三）不予公开", "不予公开"),
        ("3．危及“三安全一稳定”", "危及三安全一稳定"),
        ("3、危及三安全一稳定", "危及三安全一稳定"),
        ("本年增/减", "本年增减"),
        ("采购总金额（单位：万元，保留4位小数）", "采购总金额"),
        ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "部分公开"),
        ("商业\n企业", "商业企业"),
        ("第二十條第（一）項 行政複議", "第二十条第项行政复议"),
        ("於潜镇", "於潜镇"),
        ("關於", "关于"),
    ],
)
def test_key(printed: str, same: str) -> None:
    assert key(printed) == same


@pytest.mark.parametrize(
    ("printed", "row"),
    [
        ("一、本年新收政府信息公开申请数量", "new"),
        ("2.其他法律法规禁止公开", "denied.prohibited_by_law"),
        ("2.其他法律、行政法规禁止公开", "denied.prohibited_by_law"),
        ("1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "other.not_corrected"),
        ("（六）其他处理", "other"),
        ("（七）总计", "total"),
        ("四、结转下年度继续办理", "carried_out"),
        ("（三）不予公开", ""),
        ("三、本年度办理结果", ""),
        ("自然人", None),
        ("全年收到申请3件，予以公开2件，部分公开1件", None),
        ("其他主动公开文件", None),
    ],
)
def test_request_rows(printed: str, row: str | None) -> None:
    assert request_row(printed) == row


@pytest.mark.parametrize(
    ("printed", "row"),
    [
        ("规范性文件", "normative_documents"),
        ("行政规范性文件", "normative_documents"),
        ("规章", "regulations"),
        ("其他对外管理服务事项", "other_services"),
        ("其他主动公开文件", None),
        ("第二十条第（五）项", None),
        ("信息内容", None),
        ("本年新制作数量", None),
    ],
)
def test_proactive_rows(printed: str, row: str | None) -> None:
    assert proactive_row(printed) == row
