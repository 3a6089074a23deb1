"""Which organ, which year, published when: every candidate with the place it was seen in, and the one believed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from archive.records import Candidate, Snapshot
from parsers.dates import CHINESE_DATE, DATE, DATE_LABEL, URL_DATE, iso
from parsers.document import Document
from parsers.labels import squeeze
from parsers.regions import Region, resolve
from parsers.titles import FAR, ORGAN_END, heading, is_title, organ_of, year_of


@dataclass(frozen=True, kw_only=True)
class Identity:
    title: str
    organ: str
    year: int | None
    published: str | None  # YYYY-MM-DD
    region: Region | None
    candidates: tuple[Candidate, ...]


def identify(document: Document, snapshot: Snapshot) -> Identity:
    """Organ, year and date of a document; the order of the candidates is the order of belief."""
    titles = list(_titles(document, snapshot))
    lines = [p.text.strip() for p in document.paragraphs]
    years = [Candidate(field="year", value=str(y), source=s) for title, s in titles if (y := year_of(title))]
    year = int(_first(years, "year") or 0) or None
    candidates = [*_organs(titles, year, document, lines), *years, *_dates(document, snapshot, lines)]
    organ = _first(candidates, "organ")
    resolved = resolve(organ, snapshot.division, _around(document, candidates), year)
    candidates += [Candidate(field="division", value=code, source=source) for code, source in resolved.candidates]
    return Identity(
        title=titles[0][0] if titles else squeeze(document.title),
        organ=organ,
        year=year,
        published=_first(candidates, "published") or None,
        region=resolved.region,
        candidates=tuple(dict.fromkeys(candidates)),
    )


def _around(document: Document, candidates: Sequence[Candidate]) -> Iterator[str]:
    """Names beside the organ's that may tell which of several namesakes its district is."""
    yield from (candidate.value for candidate in candidates if candidate.field == "organ")
    yield from (value for name, value in document.meta.items() if name.lower() in ("sitename", "contentsource"))
    yield from re.split(r"[_|-]", document.title)


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
    found = [(heading([p.text.strip() for p in islice(document.paragraphs, FAR * 4)], year), "heading"), *told]
    found.append((heading(document.context[:FAR], year), "page heading"))
    if snapshot.anchor and is_title(squeeze(snapshot.anchor)):
        found.append((re.sub(r"\.\w{2,4}$", "", squeeze(snapshot.anchor)), "link"))
    yield from sorted(filter(lambda t: t[0], found), key=lambda t: not (year_of(t[0]) or organ_of(t[0])))


def _organs(
    titles: Sequence[tuple[str, str]], year: int | None, document: Document, lines: Sequence[str]
) -> Iterator[Candidate]:
    """Organs, the own title's first, then what the document says of its maker, then titles elsewhere of that year."""
    fitting = [(organ_of(t), source) for t, source in titles if (year_of(t) or year) == year]
    elsewhere = [(organ, source) for organ, source in fitting if source == "page heading" and source != titles[0][1]]
    found = [pair for pair in fitting if pair not in elsewhere]
    for name, value in document.meta.items():
        if name.lower() == "contentsource" and ORGAN_END.search(squeeze(value)):
            found.append((squeeze(value), f"meta:{name}"))
    found += [(c.value, c.source) for c in _signature(lines) if c.field == "organ"]
    for suffix in re.split(r"[_|-]", squeeze(document.title))[1:]:
        if titles and ORGAN_END.search(suffix):
            found.append((suffix, "title"))
    for organ, source in (*found, *elsewhere):
        if organ:
            yield Candidate(field="organ", value=organ, source=source)


def _signature(lines: Iterable[str]) -> Iterator[Candidate]:
    """Organ and date at the end of a letter or report: two short lines, the second a date."""
    filled = ["", *(squeeze(line) for line in lines if line.strip())]
    for before, line in reversed(list(pairwise(filled))):
        found = re.search(rf"(?:{DATE.pattern}日?|{CHINESE_DATE.pattern})$", line)
        if not found or len(line) > 60:
            continue
        date = iso(DATE.search(found[0]) or CHINESE_DATE.search(found[0]))
        organ = line[: found.start()] or before
        if date and ORGAN_END.search(organ) and len(organ) <= 30 and not re.search("[:,。;]|编辑|来源", organ):
            yield Candidate(field="organ", value=organ, source="signature")
            yield Candidate(field="published", value=date, source="signature")


def _dates(document: Document, snapshot: Snapshot, lines: Sequence[str]) -> list[Candidate]:
    found = [
        (iso(DATE.match(line, label.end())), f"label:{label[1]}")
        for line in [*document.context, *lines[:FAR]]
        for label in DATE_LABEL.finditer(line)
    ]
    found.sort(key=lambda date: not date[1].startswith("label:发布"))
    found.append((snapshot.list_date, "list"))
    for name, value in document.meta.items():
        if name.lower() == "pubdate":
            found.append((iso(DATE.search(value)), f"meta:{name}"))
    found += [(c.value, c.source) for c in _signature(lines) if c.field == "published"]
    found.append((iso(URL_DATE.search(snapshot.url)), "url"))
    return [Candidate(field="published", value=date, source=source) for date, source in found if date]


def _first(candidates: Iterable[Candidate], field: str) -> str:
    return next((c.value for c in candidates if c.field == field), "")
