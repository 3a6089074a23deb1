"""Is it a report at all? Decided by what the document holds, never by its address."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from archive.records import Section
from archive.scripts import simplified
from archive.walls import gone
from parsers.document import Document
from parsers.labels import squeeze
from parsers.titles import COVER_LETTER, NOTICE, STRONG, is_title, organ_of, year_of

VARIANT = re.compile(
    r"图解|图说|一图|读懂|解读|视频|音频|动漫|H5|长图|海报|图片版|图文版|图表版|超链版|英文|外文|更正|勘误",
    re.IGNORECASE,
)
OTHER_REPORT = re.compile(
    r"法治政府|法治建设|依法行政|网站.{0,14}报表|网站(?:监管)?(?:工作)?年(?:报|度(?:工作)?报告)|政府工作报告|预算|决算|公积金"
    r"|统计(?:公报|年报|年鉴|报表)|审计|绩效|国有资产|行政执法|行政许可年度|环境(?:质量|状况)|社会责任|企业年(?:报|度报告)|知识产权"
)
# Those that provide public services report by rules of their own: 第五十五条, 《高等学校信息公开办法》.
_PUBLIC_BODY = re.compile(
    r"(?:大学|学院|中学|小学|学校|党校|幼儿园|医院|卫生院|保健院|公司|集团|企业|事业单位|高校)(?:\([^()]*\))?"
    r"(?=(?:关于)?的?(?:(?:19|20)\d\d|年度|(?:政府)?信息公开|[校院]务公开))"
)
_BY_SCHOOL_RULES = "《高等学校信息公开办法》"
_RULE_OF_LAW = "法治政府建设"
_NEWS = re.compile(r"^(?!关于|特|现)\D{2,20}(?:发布|公布|晒出)了?《?(?:19|20)\d\d年.*(?:报告|年报)》?$")
_PAPER = re.compile("(?:报告|年报|公报|报表|年鉴|表|书|说明)$")  # ends the title of some paper
_ABOUT_REPORTS = re.compile(
    r"关于.*(?:通知|方案|通报|意见)(?:\([^()]*\))?$|关于(?:做好|抓好|印发|开展|编制|编报|编写|认真|转发|组织|规范|加强)"
)
_GONE = ("您访问的页面", "已删除")  # more than archive/walls.py asks for: under the title of a report
_BLANK_FORM = re.compile("年度报告(?:统一)?(?:格式|模板|范本|样式)")
_SENTENCE = re.compile("^(?:根据|按照|依据|依照)|[。;]$")  # that names a notice is none
_LABELLED = re.compile(r"^(?:信息名称|文件名称|标题|名称)[:|]+([^|]+)")
# What a report says of itself, whatever its headings are called.
_BY_LAW = re.compile("政府信息公开(?:条例|办法|规定)")
_OF_ITSELF = re.compile(
    "(?:报告|年报|所列|有关)[^。]{0,40}?(?:统计|数据)[^。]{0,10}(?:[期时]限|时间[自从为])"
    "|政府信息公开条例》[^。]{0,80}(?:编制|编写|撰写|制作|形成|发布|公布)本(?:年度)?(?:报告|年报)"
)
_REPORTS = re.compile(r"现将[^。]{0,20}(?:19|20)\d\d年[^。]{0,10}信息公开[^。]{0,12}(?:报告|公布|汇报)如下")
_OPENNESS = re.compile("(?:信息|政务|主动|申请)公开|公开(?:条例|目录|指南|制度|申请)")
_CLAUSE = re.compile("[,，。;；]")
FEW = 2  # of these words in a free-form report
FIRST = 12  # lines in which a text names itself
LONG = 2000  # characters of a paragraph that are looked at
ENOUGH = 200  # characters of prose from which a titled text may be a free-form report


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a document is, how much speaks for its being a report, and why."""

    name: str  # as archive.records.Parsed.kind
    score: float  # 0 to 1: the share of what a report in full would show
    reasons: tuple[str, ...]  # what was seen, as name=evidence


def kind_of(document: Document, title: str, sections: Sequence[Section], tables: Collection[str]) -> Kind:
    """Decides by titles, tables and sections, the odd ones first."""
    headed = {s.number for s in sections if s.number}
    name = squeeze(title) or squeeze(document.title)
    strong = STRONG.search(name) if not NOTICE.search(name) else None
    score = (TITLE * bool(strong) + 2 * min(len(tables), 3) + len(headed)) / FULL
    seen = [f"title={strong[0]}"] if strong else []
    seen += [f"tables={','.join(tables)}"] if tables else []
    seen += [f"sections={''.join(map(str, sorted(headed)))}"] if headed else []
    decided, *because = _decide(document, name, sections, len(headed), bool(strong), bool(tables))
    return Kind(name=decided, score=round(score, 2), reasons=(*because, *seen))


TITLE = 3  # weight of a report's own title; a table weighs two, a section one
FULL = TITLE + 2 * 3 + 6


def _decide(
    document: Document, name: str, sections: Sequence[Section], headed: int, strong: bool, tables: bool
) -> tuple[str, ...]:
    """The kind, and what decided it where that is not what speaks for a report."""
    length = sum(len(s.text) for s in sections)
    titles = sum(bool(STRONG.search(p.text)) for p in document.paragraphs) if not tables and not headed else 0
    if titles >= 5:
        return "list", f"titles={titles}"
    if not length and not document.tables:
        if document.unread:
            return "image_only", f"pictures={len(document.unread)}"
        return ("attachment_only", f"links={len(document.links)}") if document.links else ("empty",)
    if odd := _odd(document, name, headed, tables) or _of_others(name, sections, tables):
        return odd
    if tables or headed >= 4 or (strong and headed >= 2):
        return ("report",)
    if headed and (said := _of_itself(sections)):
        return "report", f"words={said}"
    if news := _NEWS.search(name):
        return "other", f"title={news[0]}"
    if document.links and strong:
        return "attachment_only", f"links={len(document.links)}"
    text = " ".join(s.text for s in sections)
    if length < ENOUGH and (said := gone(text) or gone(name) or next((one for one in _GONE if one in text), "")):
        return "soft_404", f"words={said}"
    if strong and document.unread and length < ENOUGH:
        return "image_only", f"pictures={len(document.unread)}"
    if strong and length >= ENOUGH and not document.links and _is_about_openness(document, text):
        return ("report",)
    return ("other", f"characters={length}") if strong else ("other",)


def _is_about_openness(document: Document, text: str) -> bool:
    """Does the document say so itself? What is served in place of a page bears its title in the link alone."""
    own = (document.title, *document.meta.values(), *document.context, *(p.text[:LONG] for p in document.paragraphs))
    if any(is_title(line) and (year_of(line) or organ_of(line)) for line in map(squeeze, own)):  # no crumb
        return True
    said = "".join(line for line in simplified(text).split("\n") if _CLAUSE.search(line))  # crumbs and menus have none
    return len({found[0] for found in _OPENNESS.finditer(said)}) >= FEW


def _odd(document: Document, name: str, headed: int, tables: bool) -> tuple[str, ...]:
    """What the titles say the document is instead of a report, and by which words; () where they do not."""
    names = [name, *_own_titles(document)]
    for title in names:
        about = _ABOUT_REPORTS.search(title)
        if about and not re.search("关于(?:公布|发布)", title):
            return "notice", f"title={about[0]}"
        notice = NOTICE.search(title) or _BLANK_FORM.search(title)
        if notice and not (COVER_LETTER.search(title) and headed >= 4):
            return "notice", f"title={notice[0]}"
    strong = STRONG.search(name)
    for title in names:
        variant = VARIANT.search(title) if title == name or STRONG.search(title) else None
        if variant:
            return "variant", f"title={variant[0]}"
    if strong:
        # An organ may be called 审计局 or 公积金中心.
        other = OTHER_REPORT.search(name.replace(organ_of(name), ""))
        return ("other_report", f"title={other[0]}") if other else ()
    if headed < 4 and not tables:
        names += [line for line in _first_lines(document, FIRST) if re.search(r"20\d\d", line)]
    papers = [re.sub("^.*(?:局|厅|中心|委员会)", "", title) for title in names if _PAPER.search(title)]
    found = next(filter(None, map(OTHER_REPORT.search, papers)), None)
    return ("other_report", f"title={found[0]}") if found else ()


def _of_others(name: str, sections: Sequence[Section], tables: bool) -> tuple[str, ...]:
    """Which other law a report follows, and by which words; () where it does not say so."""
    if tables:
        return ()
    if body := _PUBLIC_BODY.search(name):
        return "other_report", f"title={body[0]}"
    text = simplified(sections[0].text[:LONG]) if sections else ""
    if _BY_SCHOOL_RULES in text:
        return "other_report", f"words={_BY_SCHOOL_RULES}"
    lawful = sum(_RULE_OF_LAW in line for line in text.split("\n"))
    return ("other_report", f"words={_RULE_OF_LAW}") if lawful >= 2 and "信息公开" not in text else ()


def _of_itself(sections: Sequence[Section]) -> str:
    """By which words the text before the third heading says that it is the report that the law asks for."""
    text = simplified("\n".join(section.text[:LONG] for section in sections[:2]))
    said = (_OF_ITSELF.search(text) if _BY_LAW.search(text) else None) or _REPORTS.search(text)
    return said[0][-4:] if said else ""


def _first_lines(document: Document, most: int) -> list[str]:
    """The first lines that are not blank."""
    return list(islice(filter(None, (squeeze(p.text[:LONG]) for p in document.paragraphs)), most))


def _own_titles(document: Document) -> Iterator[str]:
    """Titles that the document gives itself: in the head of its page, in its first lines."""
    if document.charset:
        yield re.split(r"[_|]|-(?=[^-]*$)", squeeze(document.title))[0]
        yield from (squeeze(v) for n, v in document.meta.items() if n.lower() == "articletitle")
    yield from (found[1] for line in _first_lines(document, FIRST) if (found := _LABELLED.match(line)))
    lines = _first_lines(document, 3)
    for end in range(1, len(lines) + 1):
        joined = "".join(lines[:end])
        if _SENTENCE.search(joined):
            break
        if len(joined) > 80 or STRONG.search("".join(lines[: end - 1])):
            break
        yield joined
        yield lines[end - 1]
