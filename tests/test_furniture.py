"""What a page says of itself is no part of what its report says; what only looks like it is."""

from __future__ import annotations

import pytest

from archive.content import digest, sentences
from archive.records import Section

TEXT = "2021年收到政府信息公开申请5件，均已办结。"


def section(*lines: str) -> list[Section]:
    return [Section(number=6, heading="六、其他需要报告的事项", text="\n".join((TEXT, *lines)))]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["人气：35"], ["人气：88"]),
        (["已有35人阅读"], ["已有88人阅读"]),
        (["来源：县财政局　作者：张三　阅读次数 35"], ["来源：县财政局　作者：张三　阅读次数 88"]),
        (["您觉得这篇文章：有用(3) 无用(1)"], ["您觉得这篇文章：有用(9) 无用(2)"]),
        (["青石县 今天 晴 12℃～3℃"], ["青石县 今天 多云 9℃～1℃"]),
        (["相关信息", "关于甲的通知", "2022-01-01"], ["相关信息", "关于丙的通知"]),
        (["【热门文章】", "甲"], ["【热门文章】", "乙", "丙"]),
        (["上一条：甲局2020年报告"], ["下一条：没有了"]),
        (["主办：青石县人民政府　承办：县大数据中心"], ["主办：青石县人民政府办公室"]),
    ],
)
def test_what_a_page_says_of_itself_is_no_edit(before: list[str], after: list[str]) -> None:
    assert sentences(section(*before)) == sentences(section(*after)) == sentences(section())
    assert digest((), (), section(*before)) == digest((), (), section(*after))


@pytest.mark.parametrize(
    "line",
    [
        "政务新媒体粉丝已有35人关注，阅读次数较上年增长，并组织有关单位对政府信息公开平台进行了检查。",
        "在相关信息公开中做到及时准确。",
        "其他需要报告的事项：无",
    ],
)
def test_a_sentence_of_the_report_is_one(line: str) -> None:
    assert len(sentences(section(line))) > len(sentences(section()))
