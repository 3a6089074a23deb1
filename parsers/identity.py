"""Which organ, which year, published when: every candidate with the place it was seen in, and the one believed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from archive.records import Candidate, Snapshot
from parsers.document import Document
from parsers.labels import squeeze

STRONG = re.compile(
    r"信息公开(?:工作)?(?:情况)?的?年度(?:工作)?报告|信息公开(?:工作)?年报|年度?政府信息公开(?:工作)?(?:情况)?的?报告"
    r"|(?:政务|信息)公开(?:工作)?(?:19|20)\d{2}年度?(?:工作)?(?:年报|年度报告|报告)|政务公开(?:工作)?年度报告"
)
NOTICE = re.compile(
    r"^关于(?!公布|发布).*(?:通知|函|方案|通报)$|关于(?:报送|印发|做好|开展|编制|转发).*(?:通知|函|通报|方案)?$"
)
COVER_LETTER = re.compile(r"关于(?:报送|上报|呈报|报来)")
_OPENNESS = re.compile(r"(?:政府|政务)?(?:信息|政务)公开(?!(?:工作)?(?:办公室|办(?!理)|领导小组|中心|科|处|股))")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_CHINESE_YEAR = re.compile(r"(二[〇零○Oo0][〇零○Oo0一二三四][〇零○Oo0一二三四五六七八九])年")
_DIGITS = {c: str(i) for i, cs in enumerate(("〇零○Oo0", *"一二三四五六七八九")) for c in cs}
_DATE = re.compile(r"((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_CHINESE_DATE = re.compile(_CHINESE_YEAR.pattern + "([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日")
_DATE_LABEL = re.compile(
    r"((?:发布|公布|公开|发文|成文|生成|印发|更新)(?:时间|日期)|(?<![\u4e00-\u9fff])(?:时间|日期))\s*[:：]\s*(?=(?:19|20)\d{2})"
)
_URL_DATE = re.compile(r"/t((?:19|20)\d{2})(\d{2})(\d{2})_")
_OURSELVES = re.compile(r"^(?:本|我)(?:级|机关|单位|部门|[局委办市县区镇乡院厅])?$")
_ORGAN = (
    r"(?:政府|局|委员会|委|办公室|办|厅|部|署|处|中心|管委会|街道|镇|乡|区|县|市|省|旗|站|所|院|队|公署|馆|社|(?<!社)(?<!大)会"
    r"|(?<!平)(?<!后)台)"
)
_ORGAN_END = re.compile(rf"{_ORGAN}(?:\([^()]*{_ORGAN}\))?$")
_LABEL = re.compile(
    r"^(?:一图读懂|图解|图说|解读|政策解读|长图|视频|附件\d*|\d{1,2}月(?:\d{1,2}日)?(?:公布|发布|公开)的)[:|·-]*"
)
_TRIM = "-_—–−―－:,《》。的·|"
# What follows the last words of a title; a sentence goes on.
_TITLE_TAIL = re.compile(r"^[》\"”]?(?:\([^()]*\))*[》\"”]?(?:的?(?:公告|公示))?(?:\.\w{2,5})?[》\"”.…]*$")
_BROKEN = re.compile(r"[。;,:]$|\d日$")  # ends a line that no title goes on from
_NO_TITLE = re.compile(r"^(?:本|《|根据|现将|按照|依据|依照|为|由|详见|请|以下|以上|经)")

FAR = 60  # lines from the top within which a title may stand
WIDE = 3  # lines that a title may be broken over


@dataclass(frozen=True, kw_only=True)
class Identity:
    title: str
    organ: str
    year: int | None
    published: str | None  # YYYY-MM-DD
    candidates: tuple[Candidate, ...]


def identify(document: Document, snapshot: Snapshot) -> Identity:
    """Organ, year and date of a document; the order of the candidates is the order of belief."""
    titles = list(_titles(document, snapshot))
    lines = [p.text.strip() for p in document.paragraphs]
    years = [Candidate(field="year", value=str(y), source=s) for title, s in titles if (y := year_of(title))]
    year = int(_first(years, "year") or 0) or None
    candidates = [*_organs(titles, year, document, lines), *years, *_dates(document, snapshot, lines)]
    return Identity(
        title=titles[0][0] if titles else squeeze(document.title),
        organ=_first(candidates, "organ"),
        year=year,
        published=_first(candidates, "published") or None,
        candidates=tuple(dict.fromkeys(candidates)),
    )


def year_of(title: str) -> int | None:
    """The last year before the words 信息公开, else the last one in the title; Chinese numerals count."""
    text = squeeze(title)
    found = _OPENNESS.search(text)
    years = _YEAR.findall(text[: found.start()] if found else text) or _YEAR.findall(text)
    if years:
        return int(years[-1])
    numerals = _CHINESE_YEAR.search(text)
    return int("".join(_DIGITS[c] for c in numerals[1])) if numerals else None


def organ_of(title: str) -> str:
    """The organ that a report's title names, "" where it names none."""
    whole = _LABEL.sub("", re.split("[>»›]", squeeze(title))[-1].lstrip(_TRIM))
    publisher, _, subject = whole.partition("关于")
    named = _organ(re.sub("^(?:公布|发布|印发)", "", subject)) if subject else ""
    if organ := named or _organ(publisher if subject and _ORGAN_END.search(publisher) else whole):
        return organ
    aside = re.search(r"\(([^()]*)\)[》.]*$", whole)
    bracketed = aside[1] if aside else ""
    return bracketed if _ORGAN_END.search(bracketed) and not _OURSELVES.match(bracketed) else ""


def _organ(text: str) -> str:
    text = re.sub(r"\((?:19|20)\d{2}年?度?\)|\(?(?:图片版|超链版|图解)\)?", "", text)
    text = re.sub(r"(?:(?:19|20)\d{2}|二[〇零○Oo0一二三四五六七八九]{3})(?:年度?)?", "", text)
    text = re.sub(rf"(?:关于)?的?(?:年度)?{_OPENNESS.pattern}.*$", "", text).strip(_TRIM)
    return "" if _OURSELVES.match(text) or not _ORGAN_END.search(text) else text


def is_title(text: str) -> bool:
    """Whether a line is the title of a report, not a sentence about one, nor of a notice."""
    found = list(STRONG.finditer(text))
    if not found or NOTICE.search(text) or _NO_TITLE.match(text):
        return False
    return bool(_TITLE_TAIL.match(text[found[-1].end() :]))


def _titles(document: Document, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Titles of a report, the most trusted first: the printed heading, the page's meta, its <title>, the link to it."""
    told = []
    for name, value in document.meta.items():
        if name.lower() == "articletitle" and is_title(squeeze(value)):
            told.append((squeeze(value), "meta:ArticleTitle"))
    title = re.split(r"[_|]|-(?=[^-]*$)", squeeze(document.title))[0].strip("【】")
    if is_title(title):
        told.append((title, "title"))
    # Properties of a file outlive the report that it was once made for; the head of a page is made with the page.
    year = next(filter(None, map(year_of, (t for t, _ in told))), None) if document.charset else None
    found = [(_heading([p.text.strip() for p in islice(document.paragraphs, FAR * 4)], year), "heading"), *told]
    found.append((_heading(document.context[:FAR], year), "page heading"))
    if snapshot.anchor and is_title(squeeze(snapshot.anchor)):
        found.append((re.sub(r"\.\w{2,4}$", "", squeeze(snapshot.anchor)), "link"))
    yield from sorted(filter(lambda t: t[0], found), key=lambda t: not (year_of(t[0]) or organ_of(t[0])))


def _heading(lines: Sequence[str], year: int | None) -> str:
    """The first run of up to three short lines near the top that reads as a title of that year, if one is known."""
    best, most = "", 0
    for joined in _runs([squeeze(line) for line in lines if line][:FAR]):
        own = year_of(joined)
        if year and own and own != year:
            continue
        score = 2 * bool(own) + bool(organ_of(joined)) + 1
        if most >= 3 and (own != year_of(best) or not joined.startswith(best)):
            break  # the first title with a year is the document's own; the others lead elsewhere
        if score > most:
            best, most = joined, score
    return best


def _runs(short: Sequence[str]) -> Iterator[str]:
    for begin in range(len(short)):
        for size in range(1, WIDE + 1):
            parts = short[begin : begin + size]
            joined = "".join(parts)
            if (
                len(parts) < size
                or len(joined) > 80
                or not all(parts)
                or any(_BROKEN.search(part) for part in parts[:-1])
            ):
                break
            if size > 1 and STRONG.search("".join(parts[:-1])) and not parts[-1].startswith("("):
                break  # what follows a title is no part of it
            if size > 1 and STRONG.search("".join(parts[1:])) and not organ_of(parts[0]) and not year_of(parts[0]):
                continue  # the first line adds nothing
            if is_title(joined):
                yield joined


def _organs(
    titles: Sequence[tuple[str, str]], year: int | None, document: Document, lines: Sequence[str]
) -> Iterator[Candidate]:
    """Organs, the own title's first, then what the document says of its maker, then titles elsewhere of that year."""
    fitting = [(organ_of(t), source) for t, source in titles if (year_of(t) or year) == year]
    elsewhere = [(organ, source) for organ, source in fitting if source == "page heading" and source != titles[0][1]]
    found = [pair for pair in fitting if pair not in elsewhere]
    for name, value in document.meta.items():
        if name.lower() == "contentsource" and _ORGAN_END.search(squeeze(value)):
            found.append((squeeze(value), f"meta:{name}"))
    found += [(c.value, c.source) for c in _signature(lines) if c.field == "organ"]
    for suffix in re.split(r"[_|-]", squeeze(document.title))[1:]:
        if titles and _ORGAN_END.search(suffix):
            found.append((suffix, "title"))
    for organ, source in (*found, *elsewhere):
        if organ:
            yield Candidate(field="organ", value=organ, source=source)


def _signature(lines: Iterable[str]) -> Iterator[Candidate]:
    """Organ and date at the end of a letter or report: two short lines, the second a date."""
    filled = ["", *(squeeze(line) for line in lines if line.strip())]
    for before, line in reversed(list(pairwise(filled))):
        found = re.search(rf"(?:{_DATE.pattern}日?|{_CHINESE_DATE.pattern})$", line)
        if not found or len(line) > 60:
            continue
        date = _iso(_DATE.search(found[0]) or _CHINESE_DATE.search(found[0]))
        organ = line[: found.start()] or before
        if date and _ORGAN_END.search(organ) and len(organ) <= 30 and not re.search("[:,。;]|编辑|来源", organ):
            yield Candidate(field="organ", value=organ, source="signature")
            yield Candidate(field="published", value=date, source="signature")


def _dates(document: Document, snapshot: Snapshot, lines: Sequence[str]) -> list[Candidate]:
    found = [
        (_iso(_DATE.match(line, label.end())), f"label:{label[1]}")
        for line in [*document.context, *lines[:FAR]]
        for label in _DATE_LABEL.finditer(line)
    ]
    found.sort(key=lambda date: not date[1].startswith("label:发布"))
    found.append((snapshot.list_date, "list"))
    for name, value in document.meta.items():
        if name.lower() == "pubdate":
            found.append((_iso(_DATE.search(value)), f"meta:{name}"))
    found += [(c.value, c.source) for c in _signature(lines) if c.field == "published"]
    found.append((_iso(_URL_DATE.search(snapshot.url)), "url"))
    return [Candidate(field="published", value=date, source=source) for date, source in found if date]


def _iso(date: re.Match[str] | None) -> str:
    """YYYY-MM-DD, "" where there is no such day."""
    if date is None:
        return ""
    numbers = [_number(part) for part in date.groups()]
    try:
        return datetime.date(numbers[0], numbers[1], numbers[2]).isoformat()
    except ValueError:
        return ""


def _number(text: str) -> int:
    """Digits, or Chinese numerals: digit by digit in a year, with tens in months and days."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    value = int("".join(_DIGITS[c] for c in ones) or "0") if all(c in _DIGITS for c in ones) else 0
    return value + 10 * (int(_DIGITS.get(tens, "1")) if ten else 0)


def _first(candidates: Iterable[Candidate], field: str) -> str:
    return next((c.value for c in candidates if c.field == field), "")
