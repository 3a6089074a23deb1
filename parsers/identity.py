"""Which organ, which year, published when: every candidate with the place it was seen in, and the one believed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile

from archive.records import Candidate, Snapshot
from archive.scripts import simplified
from parsers.announced import announced, announced_year
from parsers.dates import DATE, DATE_LABEL, DATELINE, URL_DATE, Period, iso, periods
from parsers.document import Document
from parsers.index_block import index_dates, is_label
from parsers.labels import squeeze
from parsers.organs import PREAMBLE, beside, introduced, is_nobody, is_organ, signature
from parsers.regions import Region, in_full, names_division, names_place, resolve
from parsers.titles import FAR, cover_letter, heading, is_title, organ_of, year_of

MADE_ON = ("label:成文", "label:生成", "label:印发")  # when a document was made, which is not when it came out
MADE_IN_INDEX = ("index:成文", "index:生成", "index:印发", "index:发文")
LONG = 2000  # characters of a line in which a period is looked for


@dataclass(frozen=True, kw_only=True)
class Identity:
    title: str
    organ: str
    year: int | None
    published: str | None  # YYYY-MM-DD
    period: Period | None
    region: Region | None
    candidates: tuple[Candidate, ...]
    headless: bool = False  # whether nothing but a sentence gives the title: what stood above may be lost


def identify(document: Document, snapshot: Snapshot) -> Identity:
    """Organ, year and date of a document; the order of the candidates is the order of belief."""
    lines = [simplified(p.text.strip()) for p in document.paragraphs]
    head = list(islice(filter(None, lines), PREAMBLE))
    squeezed = list(map(squeeze, head))
    titles = list(_titles(document, snapshot, squeezed))
    years = [Candidate(field="year", value=str(y), source=s) for title, s in titles if (y := year_of(title))]
    signed = list(signature(lines))
    period = _period(lines)
    if period and period.end[:4] == period.start[:4] != "":
        years.append(Candidate(field="year", value=period.end[:4], source="period"))
    years += [Candidate(field="year", value=year, source=source) for year, source in announced_year(squeezed)]
    year = int(_first(years, "year") or 0) or None
    organs = _fullest(_organs(titles, year, document, head, signed), year)
    candidates = [*organs, *years, *_dates(document, snapshot, lines, signed, year)]
    if period and not period.mangled:
        candidates.append(Candidate(field="period", value=period.value, source="prose"))
    organ = _first(candidates, "organ")
    resolved = resolve(organ, snapshot.division, _around(document, candidates), year)
    organ = in_full(organ, resolved, year)
    candidates += [Candidate(field="division", value=code, source=source) for code, source in resolved.candidates]
    return Identity(
        title=titles[0][0] if titles else squeeze(document.title),
        organ=organ,
        year=year,
        published=_believed_date(candidates, year),
        period=period,
        region=resolved.region,
        candidates=tuple(dict.fromkeys(candidates)),
        headless=not document.title and {source for _, source in titles} <= {"prose"},
    )


def _around(document: Document, candidates: Sequence[Candidate]) -> Iterator[str]:
    """Names beside the organ's that may tell which of several namesakes its district is."""
    yield from (candidate.value for candidate in candidates if candidate.field == "organ")
    yield from (value for name, value in document.meta.items() if name.lower() in ("sitename", "contentsource"))
    yield from re.split(r"[_|-]", document.title)


def _titles(document: Document, snapshot: Snapshot, head: Sequence[str]) -> Iterator[tuple[str, str]]:
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
    found = [(heading([p.text.strip() for p in islice(document.paragraphs, FAR * 4)], year), "heading"), *told]
    found.append((heading(document.context[:FAR], year), "page heading"))
    if snapshot.anchor and is_title(squeeze(snapshot.anchor)):
        found.append((re.sub(r"\.\w{2,4}$", "", squeeze(snapshot.anchor)), "link"))
    if not any(title for title, _ in found):
        found.append((cover_letter([p.text for p in islice(document.paragraphs, FAR)]), "cover letter"))
    found += [(title, "prose") for title in announced(head)]
    yield from sorted(filter(lambda t: t[0], found), key=lambda t: not (year_of(t[0]) or organ_of(t[0])))


def _organs(
    titles: Sequence[tuple[str, str]],
    year: int | None,
    document: Document,
    head: Sequence[str],
    signed: Sequence[Candidate],
) -> list[Candidate]:
    """Organs, the own title's first, then what the document says of its maker, then titles elsewhere of that year."""
    fitting = [(organ_of(t), source) for t, source in titles if (year_of(t) or year) == year]
    fitting = [pair for pair in fitting if pair[1] != "prose" or not is_nobody(pair[0])]
    elsewhere = [(organ, source) for organ, source in fitting if source == "page heading" and source != titles[0][1]]
    found = [pair for pair in fitting if pair not in elsewhere]
    for name, value in document.meta.items():
        if name.lower() == "contentsource" and is_organ(squeeze(value)):
            found.append((squeeze(value), f"meta:{name}"))
    found += [(c.value, c.source) for c in signed if c.field == "organ"]
    for suffix in re.split(r"[_|-]", squeeze(document.title))[1:]:
        if titles and is_organ(suffix):
            found.append((suffix, "title"))
    found += [*_below(head), *introduced(head, year), *beside(document, head), *elsewhere]
    return [Candidate(field="organ", value=organ, source=source) for organ, source in found if organ]


def _below(head: Sequence[str]) -> Iterator[tuple[str, str]]:
    """An organ alone on the line below a title that names none."""
    for line, after in pairwise(head):
        if len(line) <= 80 and is_title(squeeze(line)) and not organ_of(line):
            organ = squeeze(after[:40])
            if 4 <= len(organ) <= 30 and is_organ(organ) and not is_nobody(organ):
                yield organ, "below title"


def _fullest(candidates: Sequence[Candidate], year: int | None) -> Sequence[Candidate]:
    """A name that names no place gives way to the same name with one: 财政局 to 青石县财政局."""
    first = candidates[0].value if candidates else ""
    same = tuple(first + body for body in ("", "人民政府", "政府", "办事处"))  # 河湾镇 is its 人民政府
    longer = [c for c in candidates if c.value.endswith(same) and c.value not in same and names_division(c.value, year)]
    if not first or not longer or names_place(first, year):
        return candidates
    return sorted(candidates, key=lambda c: c != longer[0])


def _period(lines: Sequence[str]) -> Period | None:
    """The first period that the sentences about the data name."""
    return next((period for line in lines if 8 <= len(line) <= LONG for period in periods(line)), None)


def _dates(
    document: Document, snapshot: Snapshot, lines: Sequence[str], signed: Sequence[Candidate], year: int | None
) -> list[Candidate]:
    """Dates of publication, the most trusted first; one that fits the year before one that does not."""
    around = (*simplified("\n".join(document.context)).split("\n"), *lines[:FAR])
    near = [line for line in around if len(line) < 400 and ("时间" in line or "日期" in line)]
    labelled = [(line, label) for line in near for label in DATE_LABEL.finditer(line)]
    labels = [(iso(DATE.match(line, label.end())), f"label:{label[1]}") for line, label in labelled]
    found = [label for label in labels if label[1].startswith(("label:发布", "label:发表"))]
    found += [
        label for label in labels if not label[1].startswith(("label:发布", "label:发表", *MADE_ON, "label:更新"))
    ]
    found.append((snapshot.list_date, "list"))
    found += [(date, "dateline") for date in _datelines(document, lines)]
    # a record of the portal's catalogue, made by whoever put the page there, now and then years later
    index = [(day, f"index:{name}") for day, name in index_dates(document) if all(day != one for one, _ in labels)]
    found += [one for one in index if not one[1].startswith(MADE_IN_INDEX)]
    found += [label for label in labels if label[1].startswith(MADE_ON)]
    found += [(c.value, c.source) for c in signed if c.field == "published"]
    found += [one for one in index if one[1].startswith(MADE_IN_INDEX)]
    for name, value in document.meta.items():
        if name.lower() == "pubdate":
            found.append((iso(DATE.search(value)), f"meta:{name}"))
    found += [label for label in labels if label[1].startswith("label:更新")]
    found.append((iso(URL_DATE.search(snapshot.url)), "url"))
    candidates = [Candidate(field="published", value=date, source=source) for date, source in found if date]
    return sorted(candidates, key=lambda date: not fits(date.value, year))


def _datelines(document: Document, lines: Sequence[str]) -> Iterator[str]:
    """Dates alone on a line; one below a label is that label's."""
    head = [*document.context, *takewhile(lambda line: not line.startswith("一"), lines[:PREAMBLE])]
    for above, line in pairwise(("", *filter(None, head))):
        if len(line) < 80 and (date := DATELINE.match(line)) and not is_label(above):
            yield iso(date)


def fits(date: str, year: int | None) -> bool:
    """Whether a report for that year may have come out then: pages are moved and stamped anew years later."""
    return year is None or f"{year}-12" <= date < f"{year + 2}"


def _believed_date(candidates: Sequence[Candidate], year: int | None) -> str | None:
    """The first date; but one that only the making of the page gave is no publication if it does not fit the year."""
    first = next((c for c in candidates if c.field == "published"), None)
    made = first and first.source.startswith(("meta:", "label:更新", "url"))
    return first.value if first and not (made and not fits(first.value, year)) else None


def _first(candidates: Iterable[Candidate], field: str) -> str:
    return next((c.value for c in candidates if c.field == field), "")
