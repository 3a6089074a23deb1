"""Names of organs: what reads as one, and where a document names its own besides the title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from archive.records import Candidate
from parsers.dates import CHINESE_DATE, DATE, iso
from parsers.document import Document
from parsers.labels import squeeze
from parsers.remember import remembered

_ORGAN = (
    r"(?:政府|局|委员会|委|办公室|办|厅|部|署|处|中心|管委会|街道|镇|乡|苏木|区|县|市|省|旗|州|盟|站|所|院|队|公署|馆|社|(?<!社)(?<!大)会"
    r"|(?<!平)(?<!后)台|(?<!科普)大学|残联|妇联|文联|工商联|科协|海关|党校|林场|农场|牧场|支行|兵团)"
)
ORGAN_END = re.compile(rf"{_ORGAN}(?:\([^()]*{_ORGAN}\))?$")
OURSELVES = re.compile(
    r"^(?:本|我)(?:级|机关|单位|部门|街道|街|[局委办市县区镇乡院厅处站所中心])?(?:人民政府|政府|机关|办事处)?$"
)
_INSIDE = ("办公室", "办公厅", "秘书处", "综合处", "信息中心", "管理员")  # parts of an organ
_NO_NAME = re.compile(r"[:,。;]|^\d|本级")
_SEAL = re.compile(r"\((?:盖章|公章|章|签章|印章)\)$")
_DATE_END = re.compile(rf"(?:{DATE.pattern}日?|{CHINESE_DATE.pattern})$")
_NO_SIGNATURE = re.compile("[:,。;、]|编辑|来源|发布|公开$|浏览|截[至止]|年度?报告")
# Each alternative begins with a character, what must not stand before it comes behind that: so `re` looks for these
# characters, and does not try every alternative everywhere.
_PUBLISHERS = (
    "发布机构|发布单位|发文机[关构]|发文单位|公开主体|责任部门|责任单位|信息来源|来源|填报单位|报送单位|编制单位"
)
_LABELS = rf"({_PUBLISHERS}|单(?<![\u4e00-\u9fff]单)位(?:名称)?)"  # not that of the portal: 主办单位
_LABEL = re.compile(rf"{_LABELS}\s*[:：]\s*([^\s:：,，;；|。]{{2,30}})")
_LABEL_ALONE = re.compile(rf"^\s*{_LABELS}\s*[:：]?\s*$")
_CRUMBS = ">»›＞"
_CRUMB = re.compile(f"[{_CRUMBS}]")
# Shelves of a portal, not organs.
_SHELF = re.compile(
    "首页|部门|乡镇|镇街|街镇|区县|公开|目录|专栏|栏目|单位|机构|年报|网站|门户|导航|位置|中心$|^各|^(?:市|县|区|镇|乡|街道|政府|省)(?:直|级|政府)?$"
)
_NAME = "([^,，。;；:：《》()（）]{3,30}?)"
_TITLED = "((?:(?!公布|公开|发布|社会|意见箱)[^,，。;；:：《》()（）]){3,30}?)"
_CALLED = "(?:[(（][^()（）]*[)）])?"  # 以下简称…
_YEAR = r"(?:((?:19|20)\d\d)年(?:度|(?!度)))?"
_VERB = "(?:根据|按照|依据|依照|结合|组织|汇总|负责|综合|编制|编写|撰写)"
# Each with a word that it cannot do without: to look for that first is ten times faster.
_PROSE = tuple(
    (word, re.compile(pattern))
    for word, pattern in (
        (
            "信息公开",
            rf"(?:公布|公开(?<!信息公开)(?<!政务公开)|发布|现[将就]|编制(?!而成|的)了?|形成){_YEAR}{_TITLED}{_CALLED}{_YEAR}(?:政府|政务)?信息公开",
        ),
        ("由", rf"由{_NAME}{_CALLED}{_VERB}(?:(?<=[制写])|[^。;；]{{0,120}}?(?:编制|编写|撰写))"),
        ("", rf"(?:请|直接)(?:与|联系|致电|向){_NAME}(?:联系|[(（,，]|咨询|反映)"),
        (
            "信息公开条例",
            rf"[,，]{_NAME}(?:认真|严格|深入|全面|切实|依法)*(?:贯彻|落实|执行|按照)[^。;；]{{0,16}}信息公开条例",
        ),
        ("信息公开工作", rf"(?:承担|做好|负责|推进){_NAME}{_CALLED}(?:政府|政务)信息公开工作"),
        (
            "领导小组",
            rf"(?:(?:成立|调整|充实|补充|完善)[、和并]?)+了?(?!了|政府|政务){_NAME}(?:政府|政务)?信息公开(?:工作)?领导小组",
        ),
    )
)
# Who acts in the first sentence on the year: 2021年，青石县财政局坚持…….
_ACTS = (
    "(?=(?:在|以|坚持|始终|认真|严格|深入|全面|积极|切实|高度|紧紧|紧密|围绕|按照|根据|依据|贯彻|落实|聚焦|持续|进一步|扎实|不断|充分|依法"
    "|牢固|立足|牢牢|结合|政府信息公开|政务公开|信息公开))"
)
_OPENING = re.compile(
    rf"^(?:19|20)\d\d年(?:度|以来|来|(?!度))[,，]?((?:(?!在|我)[^,，。;；:：《》()（）、]){{3,24}}?){_ACTS}"
)
_OFFICE = re.compile(
    "(?:及其?)?(?:党政|政务公开|政府信息公开|信息公开|综合|党政综合)?(?:办公室|(?:工作)?领导小组(?:办公室)?|科|股|工作机构|机构)$"
    "|(?:政府信息公开|政府信息|政务公开)中心$|(?:办公[厅室])?(?:政府信息|政务|信息)公开处$|及其?办公室$"
)
_OFFICE_ENDS = frozenset("室组科股构心处")
_NOBODY = re.compile("^(?:本(?!溪)|我|该|各|全[省市县区镇乡街])|部门$|、|^(?:市|县|区|省)(?:委|级|(?:人民)?政府)")
_SECRETARIAT = re.compile("^[市县区省](?:人民)?政府办公[厅室]$")
_PREAMBLE = re.compile("^(?:本(?:年度)?报告|根据|依据|按照|依照|为)")
PREAMBLE = 15  # lines within which a report introduces itself


@remembered(16384)
def is_organ(text: str) -> bool:
    """Whether a name ends as those of organs do, and is not only 我局."""
    named = len(text) >= 2 and text not in _INSIDE and not _NO_NAME.search(text)
    return named and bool(ORGAN_END.search(text)) and not OURSELVES.match(text)


def signature(lines: Sequence[str]) -> Iterator[Candidate]:
    """Organ and date at the end of a letter or report: two short lines, the second a date."""
    filled = ["", *(line for line in lines if line and not line.isspace())]
    for before, line in reversed(list(pairwise(filled))):
        if len(line) > 80 or line.rstrip()[-1] not in "日0123456789":
            continue
        text = squeeze(line)
        found = _DATE_END.search(text)
        if not found or len(text) > 60:
            continue
        date = iso(DATE.search(found[0]) or CHINESE_DATE.search(found[0]))
        organ = _SEAL.sub("", text[: found.start()] or squeeze(before[:80]))
        if date and is_organ(organ) and len(organ) <= 30 and not _NO_SIGNATURE.search(organ):
            yield Candidate(field="organ", value=organ, source="signature")
            yield Candidate(field="published", value=date, source="signature")


def beside(document: Document, head: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Organs that the page around a report names: publisher labels, then the breadcrumb."""
    crumbs = []
    lines = [*document.context, *head, ""]
    has_crumbs = any(map("".join(lines).__contains__, _CRUMBS))
    for line, after in pairwise(lines):
        if ":" in line or "：" in line:
            for label in _LABEL.finditer(line):
                if is_organ(organ := squeeze(label[2])):
                    yield organ, f"label:{label[1]}"
        alone = _LABEL_ALONE.match(line)
        if alone and is_organ(organ := squeeze(after[:40])):
            yield organ, f"label:{alone[1]}"
        if has_crumbs and _CRUMB.search(line):
            crumbs += [part for part in _CRUMB.split(squeeze(line))[::-1] if is_organ(part) and not _SHELF.search(part)]
    yield from ((crumb, "breadcrumb") for crumb in crumbs if 3 <= len(crumb) <= 30)


def introduced(lines: Sequence[str], year: int | None) -> Iterator[tuple[str, str]]:
    """Organs that the first sentences name as those who report: 由…编制, 请与…联系."""
    for word, pattern in _PROSE:
        for found in (match for line in lines if word in line for match in pattern.finditer(line)):
            name, years = _named(found)
            organ = _OFFICE.sub("", squeeze(name)) if squeeze(name)[-1:] in _OFFICE_ENDS else squeeze(name)
            of_another_year = year and years and str(year) not in years
            if is_organ(organ) and not of_another_year and not is_nobody(organ):
                yield organ, "prose"
    opened = (squeeze(said[1]) for line in lines if (said := _OPENING.match(squeeze(line[:60]))))
    yield from (
        (organ, "prose") for organ in opened if is_organ(organ) and (_SECRETARIAT.match(organ) or not is_nobody(organ))
    )
    first, after = (squeeze(line[:40]) for line in (*lines, "", "")[:2])
    if 4 <= len(first) <= 30 and is_organ(first) and not is_nobody(first) and _PREAMBLE.match(after):
        yield first, "first line"


def is_nobody(organ: str) -> bool:
    """Whether a name that prose gives is that of any organ: 我局, 区政府."""
    return bool(_NOBODY.search(organ))


def _named(found: re.Match[str]) -> tuple[str, list[str]]:
    groups = [group for group in found.groups() if group]
    years = [group for group in groups if group.isdecimal()]
    return next((group for group in groups if group not in years), ""), years
