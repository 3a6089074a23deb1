"""What a document is: decided by what it holds, with a score and the reasons."""

from __future__ import annotations

import pytest

from tests.maker.report import HEADINGS, make
from tests.reports import NAMES, REPORTS, read
from tests.test_two_readings import page

TITLE = "青石县教育局2021年政府信息公开工作年度报告"
PROSE = "本年度主动公开信息若干条，目录和指南都已更新，申请由窗口统一登记并按期答复，没有收费。" * 3


def html(title: str, *blocks: str) -> bytes:
    paragraphs = "".join(block if block.startswith("<") else f"<p>{block}</p>" for block in blocks)
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{paragraphs}</body></html>".encode()


@pytest.mark.parametrize("name", NAMES)
def test_the_seeds_are_reports_beyond_doubt(name: str) -> None:
    parsed = read((REPORTS / f"{name}.html").read_bytes())
    assert (parsed.kind, parsed.score) == ("report", 1.0)
    assert {reason.partition("=")[0] for reason in parsed.reasons} == {"title", "tables", "sections"}


def test_tables_alone_make_a_report_of_a_lower_score() -> None:
    parsed = read(page(make("2021", 1)).replace("政府信息公开工作年度报告".encode(), b""))
    assert parsed.kind == "report"
    assert 0 < parsed.score < 0.5
    assert parsed.reasons == ("tables=proactive,requests,review",)


@pytest.mark.case(71)
@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("report", html(TITLE, *(x for h in HEADINGS for x in (h, PROSE))), "sections=123456"),
        ("report", html(TITLE.replace("2021", "2009"), PROSE, PROSE), "title=信息公开工作年度报告"),
        ("attachment_only", html(TITLE, '<a href="a.pdf">附件</a>'), "links=1"),
        (
            "notice",
            html("关于做好2021年政府信息公开工作年度报告编制工作的通知", PROSE),
            "title=关于做好2021年政府信息公开工作年度报告编制工作的通知",
        ),
        ("variant", html(f"一图读懂：{TITLE}", PROSE), "title=一图"),
        ("other_report", html("青石县2021年法治政府建设年度报告", PROSE), "title=法治政府"),
        ("soft_404", html("提示", "您访问的页面不存在或已删除"), "words=页面不存在"),
        ("list", html("年度报告", *(TITLE.replace("2021", str(y)) for y in range(2015, 2022))), "titles=7"),
        ("other", html("青石县气象局简介", PROSE), ""),
        (
            "notice",
            "索引号 | 1 |\n信息名称 | 关于印发《青石省政府信息公开工作年度报告格式》的通知 |\n一、总体情况".encode(),
            "title=关于印发《青石省政府信息公开工作年度报告格式》的通知",
        ),
        ("notice", html("政府信息公开工作年度报告格式", *HEADINGS), "title=年度报告格式"),
        (
            "other_report",
            f"今天是星期三\n工作报告\n位置：政务公开\n2020年青石区法治政府建设情况报告\n{PROSE}".encode(),
            "title=法治政府",
        ),
        (
            "report",
            f"本报告按《青石省政府信息公开办法》编写，数据的统计期限为2012年全年。\n一、概述\n{PROSE}".encode(),
            "words=统计期限",
        ),
        (
            "report",
            html("2023年度青石路街道信息公开工作报告", PROSE, PROSE),
            "title=2023年度青石路街道信息公开工作报告",
        ),
        ("other", html("2023年1月青石路街道信息公开工作报告", PROSE, PROSE), ""),
        # What a report says of itself, where it has neither title nor the headings of the form …
        (
            "report",
            f"按照《政府信息公开条例》和省里的要求，形成全文。\n报告中所用数据统计期限为2021年全年。\n一、总体情况\n{PROSE}".encode(),
            "words=统计期限",
        ),
        (
            "report",
            f"根据《政府信息公开条例》第五十条，现制作本报告。\n一、总体情况\n{PROSE}".encode(),
            "words=作本报告",
        ),
        ("report", f"一、总体情况\n现将我局2021年度政府信息公开情况报告如下：{PROSE}".encode(), "words=报告如下"),
        # … and what others say of one.
        ("other", f"一、总体情况\n现将我局2021年度政务公开工作情况总结如下：{PROSE}".encode(), ""),
        ("other", f"本报告的数据统计期限为2021年全年。\n一、总体情况\n{PROSE}".encode(), ""),
        (
            "other",
            html("青石省发布2016年政府信息公开工作年度报告", "2017-03-28 来源：青石日报", PROSE, PROSE),
            "title=青石省发布2016年政府信息公开工作年度报告",
        ),
        (
            "report",
            html("青石省发布2016年政府信息公开工作年度报告", *(x for h in HEADINGS for x in (h, PROSE))),
            "sections=123456",
        ),
        # Schools, hospitals and companies report by rules of their own; streets and offices may be named after them.
        ("other_report", html("青石大学2019-2020学年信息公开工作年度报告", PROSE, "一、概述", PROSE), "title=大学"),
        ("other_report", html("青石县第一医院2021年政府信息公开工作年度报告", PROSE, PROSE), "title=医院"),
        ("other_report", html("青石省国有企业信息公开年度报告", PROSE, PROSE), "title=企业"),
        (
            "other_report",
            f"按照《高等学校信息公开办法》编制，数据的统计期限为一学年。\n一、概述\n{PROSE}".encode(),
            "words=《高等学校信息公开办法》",
        ),
        ("report", html("青石县大学路街道2021年政府信息公开工作年度报告", PROSE, PROSE), "title=信息公开工作年度报告"),
        ("report", html("青石县企业服务局2021年政府信息公开工作年度报告", PROSE, PROSE), "title=信息公开工作年度报告"),
        (
            "other_report",
            f"2019年，我县落实法治政府建设的要求。\n一、法治政府建设情况\n{PROSE.replace('信息', '文件')}".encode(),
            "words=法治政府建设",
        ),
        (
            "other_report",
            f"2019年，我縣落實法治政府建設的要求。\n一、法治政府建設情況\n{PROSE.replace('信息', '文件')}".encode(),
            "words=法治政府建设",
        ),
    ],
)
def test_kinds(kind: str, body: bytes, reason: str) -> None:
    parsed = read(body)
    assert parsed.kind == kind
    assert reason in parsed.reasons or not reason
    assert 0 <= parsed.score <= 1


STRANGE = "".join(map(chr, range(0x4E00, 0x4E00 + 900)))
CRUMBS = "<div class=crumb>首页 &gt; 政务公开 &gt; 政府信息公开年报</div>"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("other", html("提示", STRANGE)),
        ("other", html("提示", STRANGE, "抱歉，您查看的信息已移走")),  # too long for a page that says but that
        ("other", html("提示", CRUMBS, STRANGE)),
        ("soft_404", html("提示", STRANGE[:150], "抱歉，您查看的信息已移走")),
        ("report", html(TITLE, STRANGE)),
        ("report", html("详情", f"<p>{TITLE}</p>", STRANGE)),
        ("report", html("详情", f"我局认真落实政府信息公开条例，主动公开信息。{PROSE}{PROSE}")),
        ("report", html("詳情", f"我局認真落實政府信息公開條例，主動公開信息。{PROSE}{PROSE}")),
    ],
)
def test_the_title_of_a_link_alone_makes_no_report_of_what_is_behind_it(kind: str, body: bytes) -> None:
    parsed = read(body, anchor=TITLE)
    assert parsed.kind == kind
    assert parsed.reasons[0].partition("=")[0] == {"other": "characters", "soft_404": "words"}.get(kind, "title")


CHALLENGES = {
    "jsl": "<script>document.cookie=('_')+('_')+('jsl_clearance_s=1')+';';location.href=location.pathname</script>",
    "ruishu": "<html><head><meta content='x' r='m'><script>$_ts=window['$_ts'];</script></head><body></body></html>",
    "aliyun_waf": f"<html><script>var arg1='{'0A' * 20}';</script></html>",
    "edgeone": "<html><body><script>var WTKkN=1;</script></body></html>",
    "c3vk": '<script>document.cookie="C3VK=1a; path=/; max-age=300";window.location.reload();</script>',
    "yunsuo": "<html><body onload=go()><script>var yunsuo_session_verify='1'</script></body></html>",
    "wzws": "<script>document.cookie='wzws_cid=1';</script>",
    "safedog": "<html><body><div>safedog</div></body></html>",
}


@pytest.mark.case(81)
@pytest.mark.parametrize("name", CHALLENGES)
def test_a_challenge_is_blocked_and_never_read(name: str) -> None:
    parsed = read(CHALLENGES[name].encode())
    assert (parsed.kind, parsed.facts, parsed.reasons) == ("blocked", (), (f"wall={name}",))
    assert [(f.rule, f.evidence) for f in parsed.findings] == [("blocked", name)]


def test_a_report_that_loads_a_script_of_a_wall_is_a_report() -> None:
    script = CHALLENGES["ruishu"].encode()
    parsed = read(page(make("2021", 1)).replace(b"<body>", b"<body>" + script))
    assert parsed.kind == "report"


IN_FULL = tuple(x for heading in HEADINGS for x in (heading, PROSE))
YEARS = tuple(TITLE.replace("2021", str(year)) for year in range(2012, 2020))


@pytest.mark.parametrize(
    "body",
    [
        html(TITLE, *IN_FULL, '<a href="a.pdf">附件</a>', '<a href="b.doc">附表</a>'),  # not attachment_only
        html(TITLE, *IN_FULL, '<img src="a.jpg" width="600" height="800">'),  # not image_only
        html(TITLE, *IN_FULL, "发布图解、一图读懂和视频解读66条。"),  # no variant
        html(
            TITLE, "根据《关于做好2021年政府信息公开工作年度报告编制工作的通知》，编制本报告。", *IN_FULL
        ),  # no notice
        html(TITLE, *IN_FULL, "2021年法治政府建设年度报告、2021年部门预算均已公开。"),  # no other report
        html(TITLE, *IN_FULL, *(f'<a href="{n}.html">{year}</a>' for n, year in enumerate(YEARS))),  # no list
        html(TITLE, *IN_FULL, "网站系统维护3次，页面不存在、已删除的栏目都已改正。"),  # no soft 404
        html("政府信息公开", *IN_FULL),  # not other
    ],
)
def test_a_report_that_has_what_others_are_known_by_is_a_report(body: bytes) -> None:
    parsed = read(body)
    assert parsed.kind == "report"
    assert "sections=123456" in parsed.reasons


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("list", html("年度报告", *(f"<p>{year}</p>" for year in YEARS), "共8条，第1页")),
        ("attachment_only", html(TITLE, "点击下载附件查看全文。", '<a href="a.docx">全文</a>')),
        ("notice", html("关于做好2021年政府信息公开工作年度报告编制工作的通知", *IN_FULL)),
        ("variant", html(f"【图解】{TITLE}", *IN_FULL)),
        ("other_report", html("青石县2021年法治政府建设年度报告", *IN_FULL)),
        ("soft_404", html(TITLE, "系统维护，请稍后再试。")),
    ],
)
def test_what_only_looks_like_a_report_is_none(kind: str, body: bytes) -> None:
    parsed = read(body)
    assert (parsed.kind, parsed.facts, parsed.extras) == (kind, (), ())
