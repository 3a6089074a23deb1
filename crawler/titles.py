"""What a title in a list says its page is: a report, a variant of one, or something that only looks like one. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

TitleClass = Literal["report", "variant", "notice", "other_annual_report", "maybe", "no"]
WANTED: tuple[TitleClass, ...] = ("report", "variant", "maybe")  # worth a look

YEAR = r"(?:(?:19|20)\d{2}|二[〇零○Oo][〇零○Oo一二三四五六七八九]{2})"
OPENNESS = r"(?:信息|政务)公开"

REPORT = re.compile(
    rf"信息公开(?:工作)?(?:情况)?的?年度(?:工作|情况)*的?报告"
    rf"|信息公开(?:工作)?(?:情况)?年报"
    rf"|年度?政?府?信息公开(?:工作)?年报"
    rf"|年度(?:政府)?信息公开(?:工作)?(?:情况)?的?报告"
    rf"|信息公开(?:工作)?{YEAR}年?度?(?:工作)?(?:年报|年度报告|报告)"
)
# Needs a year or an annual-report column beside it.
LIKELY = re.compile(
    rf"{OPENNESS}工作(?:情况)?的?(?:报告|总结)"
    rf"|政务公开(?:工作)?(?:年度(?:工作)?报告|年报)"
    rf"|{OPENNESS}工?(?:作|作情况?)?(?:年度?)?报?告?(?:\.{{2,}})$"
    rf"|{YEAR}年?度?(?:政府)?信(?:息公?)?(?:\.{{2,}})$"
    rf"|^{YEAR}年?度?(?:年度报告|年报|报告)?$"
    rf"|信息公开情况统计表"
)
ENGLISH = re.compile(
    r"annualreport.*(?:disclosure|openness|information)|(?:disclosure|openness|information).*annualreport", re.I
)

WEBSITE = re.compile(
    r"网站.{0,14}报表|网站(?:监管)?(?:工作)?年(?:报|度(?:工作)?报)|网站(?:监管|工作)*(?:年度?)?\.{2,}$"
    r"|工作年度报表|年度工作报表|新媒体"
)
OTHER = re.compile(
    r"法治政府|法治建设|依法行政|政府工作报告|预算|决算|公积金|统计(?:公报|年报|年鉴|报表)|依申请公开.{0,6}统计表"
    r"|审计|绩效|国有资产|行政执法|行政许可年度|环境(?:质量|状况)|社会责任|企业年(?:报|度报告)|知识产权"
)
# A cover letter, with the report behind it or under it: the page decides.
COVER_LETTER = re.compile(
    r"关于(?:报送|上报|呈报|报来).*(?:年度(?:工作)?报告|年报|信息公开工作报告)[》)]?的?(?:函|报告)$"
)
NOTICE = re.compile(
    r"关于(?:做好|抓好|印发|开展|报送|上报|编制|编报|编写|进一步|认真|转发|组织|征集|规范|加强)"
    r"|(?:通知|函|方案|要点|通报|意见)(?:$|[(《])"
    r"|召开|举办|编制(?:工作|培训|说明|指南)|培训会|(?:模板|范本|样式|格式)$"
)
ROUTINE = re.compile(r"培训|会议|座谈|督查|考核|征求意见|要点落实")
VARIANT = re.compile(
    r"图解|图说|一图|读懂|解读|视频|音频|动漫|H5|长图|海报|图片版|图文版|图表版|超链版|英文|外文|更正|勘误", re.I
)
NOT_A_REPORT = re.compile(
    r"公开(?:指南|制度|目录|条例|办法|规定|专栏|平台)|(?:指南|制度|目录|条例|办法|规定)$|^(?:更多|查看|首页|下载)"
)

PUBLIC_BODY = re.compile(
    r"(?:大学|学院|中学|小学|学校|党校|幼儿园|医院|卫生院|保健院|公司|集团)"
    rf"(?:[(][^)]*[)])?(?:关于)?(?=的?{YEAR}|的?年度|的?政?府?信息公开|的?校务公开|的?院务公开|$)"
)


def normalise(title: str) -> str:
    """The title in NFKC and without any white space."""
    return re.sub(r"[\s\u200b-\u200f\ufeff]+", "", unicodedata.normalize("NFKC", title))


def classify(title: str, in_column: bool = True) -> TitleClass:
    """Say what a title promises; in an annual-report column the unknown is worth a look, elsewhere it is not."""
    text = normalise(title)
    report = bool(REPORT.search(text))
    if "报表" in text or (not report and (WEBSITE.search(text) or OTHER.search(text))):
        return "other_annual_report"
    if COVER_LETTER.search(text):
        return "maybe"
    if NOTICE.search(text):
        return "notice"
    if PUBLIC_BODY.search(text):
        return "other_annual_report"
    likely = bool(LIKELY.search(text)) and (in_column or bool(re.search(YEAR, text)))
    if VARIANT.search(text) or ENGLISH.search(text):
        return _variant(text, report or likely, in_column)
    if report:
        return "report"
    if likely:
        return "maybe"
    return _unknown(text, in_column)


def _variant(text: str, promising: bool, in_column: bool) -> TitleClass:
    told = promising or bool(ENGLISH.search(text)) or (in_column and bool(re.search(rf"年报|报告|{OPENNESS}", text)))
    return "variant" if told else "no"


def _unknown(text: str, in_column: bool) -> TitleClass:
    if ROUTINE.search(text):
        return "notice"
    return "maybe" if in_column and not NOT_A_REPORT.search(text) else "no"
