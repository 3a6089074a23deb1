"""Which organ, which year, published when: every candidate with the place it was seen in, and the one believed."""

from __future__ import annotations

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
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_CHINESE_YEAR = re.compile(r"([二][〇零○Oo][〇零○Oo一二三四][〇零○Oo一二三四五六七八九])年")
_DIGITS = {c: str(i) for i, cs in enumerate(("〇零○Oo", *"一二三四五六七八九")) for c in cs}
_DATE = re.compile(r"((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_DATE_LABEL = re.compile(r"(发布时间|发布日期|公开日期|发文日期|时间|日期)\s*[:：]\s*(?=(?:19|20)\d{2})")
_URL_DATE = re.compile(r"/t((?:19|20)\d{2})(\d{2})(\d{2})_")
_OURSELVES = re.compile(r"^(?:本|我)(?:级|机关|单位|部门|[局委办市县区镇乡院厅])?$")
_ORGAN_END = re.compile(
    r"(?:政府|局|委员会|委|办公室|办|厅|部|署|处|中心|管委会|街道|镇|乡|区|县|市|省|站|所|院|队|支队|总队|公署)$"
)

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
    candidates: list[Candidate] = []
    for title, source in titles:
        if organ := organ_of(title):
            candidates.append(Candidate(field="organ", value=organ, source=source))
        if year := year_of(title):
            candidates.append(Candidate(field="year", value=str(year), source=source))
    candidates += [c for c in _signature(lines) if c.field == "organ"]
    candidates += _dates(document, snapshot, lines)
    return Identity(
        title=titles[0][0] if titles else squeeze(document.title),
        organ=_first(candidates, "organ"),
        year=int(_first(candidates, "year") or 0) or None,
        published=_first(candidates, "published") or None,
        candidates=tuple(dict.fromkeys(candidates)),
    )


def year_of(title: str) -> int | None:
    """The last year before the words 信息公开, else the last one in the title; Chinese numerals count."""
    text = squeeze(title)
    found = re.search(r"(?:政府|政务)?信息公开|政务公开", text)
    years = _YEAR.findall(text[: found.start()] if found else text) or _YEAR.findall(text)
    if years:
        return int(years[-1])
    numerals = _CHINESE_YEAR.search(text)
    return int("".join(_DIGITS[c] for c in numerals[1])) if numerals else None


def organ_of(title: str) -> str:
    """The organ that a report's title names, "" where it names none."""
    text = re.sub(r"^关于(?:公布|发布)?", "", squeeze(title))
    text = re.sub(r"\((?:19|20)\d{2}年?度?\)|\(?(?:图片版|超链版|图解)\)?", "", text)
    text = re.sub(r"(?:(?:19|20)\d{2}|二[〇零○Oo一二三四五六七八九]{3})(?:年度?)?", "", text)
    text = re.sub(r"(?:关于)?的?(?:年度)?(?:政府|政务)?(?:信息|政务)公开.*$", "", text)
    text = re.sub(r"^[-_:,《》。的·|]+|[-_:,《》。的·|]+$", "", text)
    return "" if _OURSELVES.match(text) or not _ORGAN_END.search(text) else text


def _titles(document: Document, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Titles of a report, the most trusted first: the printed heading, the page's meta, its <title>, the link to it."""
    heading = _heading([p.text.strip() for p in islice(document.paragraphs, FAR * 4)])
    if heading:
        yield heading, "heading"
    around = _heading(list(document.context[:FAR]))
    if around:
        yield around, "page heading"
    for name, value in document.meta.items():
        if name.lower() == "articletitle" and STRONG.search(squeeze(value)):
            yield squeeze(value), "meta:ArticleTitle"
    title = re.split(r"[_|]|-(?=[^-]*$)", squeeze(document.title))[0].strip("【】")
    if STRONG.search(title):
        yield title, "title"
    if snapshot.anchor and STRONG.search(squeeze(snapshot.anchor)):
        yield re.sub(r"\.\w{2,4}$", "", squeeze(snapshot.anchor)), "link"


def _heading(lines: Sequence[str]) -> str:
    """The first run of up to three short lines near the top that reads as a title, best with organ and year."""
    short = [squeeze(line) for line in lines if line][:FAR]
    best, most = "", 0
    for begin in range(len(short)):
        for size in range(1, WIDE + 1):
            parts = short[begin : begin + size]
            joined = "".join(parts)
            if len(parts) < size or len(joined) > 80 or not all(parts) or re.search(r"[。;,:]|\d日$", parts[0]):
                break
            if not STRONG.search(joined) or NOTICE.search(joined) or joined.startswith(("本", "《", "根据")):
                continue
            score = 4 * bool(year_of(joined)) + 4 * bool(organ_of(joined)) + 1
            if STRONG.search("".join(parts[1:])) and size > 1 and not organ_of(parts[0]) and not year_of(parts[0]):
                continue  # the first line adds nothing
            if score > most:
                best, most = joined, score
    return best


def _signature(lines: Iterable[str]) -> Iterator[Candidate]:
    """Organ and date at the end of a letter or report: two short lines, the second a date."""
    filled = [squeeze(line) for line in lines if line.strip()]
    for before, line in reversed(list(pairwise(filled))):
        if (date := _DATE.fullmatch(line.removesuffix("日"))) and _ORGAN_END.search(before) and len(before) <= 30:
            yield Candidate(field="organ", value=before, source="signature")
            yield Candidate(field="published", value=_iso(date), source="signature")


def _dates(document: Document, snapshot: Snapshot, lines: Sequence[str]) -> list[Candidate]:
    found = [
        Candidate(field="published", value=_iso(date), source=f"label:{label[1]}")
        for line in [*document.context, *lines[:FAR]]
        for label in _DATE_LABEL.finditer(line)
        if (date := _DATE.match(line, label.end()))
    ]
    if snapshot.list_date:
        found.append(Candidate(field="published", value=snapshot.list_date, source="list"))
    for name, value in document.meta.items():
        if name.lower() == "pubdate" and (date := _DATE.search(value)):
            found.append(Candidate(field="published", value=_iso(date), source=f"meta:{name}"))
    found += [c for c in _signature(lines) if c.field == "published"]
    if date := _URL_DATE.search(snapshot.url):
        found.append(Candidate(field="published", value=_iso(date), source="url"))
    return found


def _iso(date: re.Match[str]) -> str:
    return f"{date[1]}-{int(date[2]):02d}-{int(date[3]):02d}"


def _first(candidates: Iterable[Candidate], field: str) -> str:
    return next((c.value for c in candidates if c.field == field), "")
