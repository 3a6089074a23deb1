"""The records that travel between the rooms: frozen dataclasses, one line a field."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Literal

State = Literal["number", "blank", "placeholder", "text", "unreadable"]
Method = Literal["grid", "flat", "sums", "ocr"]
Verdict = Literal["PASS", "FAIL", "WARN", "UNCERTAIN", "NOT_ASSESSABLE", "NOT_REPORTED", "INFO"]
Role = Literal["robots", "canary", "list", "article", "part", "attachment", "picture", "other"]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One portal column to watch; one row of `sources.csv`."""

    id: str  # short ASCII name, unique in the registry
    organ: str  # the organ whose portal this is, Chinese, in full
    division: str  # GB/T 2260 code, six digits; "" where the organ belongs to the whole country
    level: str  # ministry, province, city, county, town, department
    url: str  # address of the column, or of the front page of the portal
    family: str = ""  # platform family, if known; only a note, pages are recognised one by one
    since: int | None = None  # first report year that the column holds
    hosts: tuple[str, ...] = ()  # further hosts (host or host:port) that may be asked besides that of url and *.gov.cn
    evidence: str = ""  # where the address was seen
    evidence_date: str = ""  # YYYY-MM-DD


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One HTTP exchange kept in a WARC; field names as in CDX."""

    id: str  # first 16 hex digits of sha256(WARC-Record-ID of the response)
    url: str  # as requested
    timestamp: str  # UTC, YYYYMMDDhhmmss
    method: str = "GET"
    status: int  # HTTP status code
    mime: str  # Content-Type header as sent, "" if none
    digest: str  # "sha256:" + hex of the payload, de-chunked and content-decoded
    record: Literal["response", "revisit", "resource"] = "response"  # resource: what a browser made of the page
    filename: str  # WARC file below warc/, without ".open"
    offset: int  # bytes, start of the response record in the WARC
    length: int  # bytes, compressed length of the response record
    source: str = ""  # Source.id that led here, "" if unknown
    role: Role = "other"  # what the crawl asked it for
    via: str = ""  # URL of the page that named this one
    anchor: str = ""  # text of the link that named it
    list_date: str = ""  # YYYY-MM-DD beside that link, "" if none
    truncated: bool = False  # the body is known to be incomplete
    division: str = ""  # Source.division of that source, "" if unknown
    served: str = ""  # Date header of the answer: UTC, YYYYMMDDhhmmss, "" if none
    modified: str = ""  # Last-Modified header of the answer, alike
    query: str = ""  # what it asked for beyond the address, as pywb has it: __wb_method=POST&…; "" for a plain GET


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What the registry said of a source when it was crawled, and whether its lists were seen to their end."""

    id: str  # as in Source, and so are those that follow
    organ: str
    division: str
    level: str
    url: str
    since: int | None
    timestamp: str  # UTC, YYYYMMDDhhmmss, when a crawl first found all this
    lacks: str = ""  # what the last crawl that came to its end did not find of its lists; "" if all, as far as known
    columns: str = ""  # addresses that the last search from its front page found, joined by blanks
    searched: str = ""  # UTC, YYYYMMDDhhmmss, when that search ended; "" if there was none, as url is the column


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One named quantity of a form; one row of `parsers/forms/*.csv`."""

    form: str  # 2014, fujian, shanghai, anhui, 2019, 2021
    table: str  # proactive, requests, review, statistics
    row: str
    column: str
    indicator: str  # dotted name, unique within a form
    row_label: str  # official labels from the outside in, separated by "/"
    column_label: str
    unit: str  # count, persons, 10k CNY, CNY


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One indicator's value in one document, and the square it stands in."""

    indicator: str
    value: int | float | None  # in the form's unit; None unless state is "number"
    raw: str  # text of the square, outer white space stripped
    state: State
    method: Method
    table: int | None  # index of the table in document order, from 0; None where the grid was lost
    row: int  # row of the grid from 0; where the grid was lost: line of the text from 0
    column: int  # column of the grid from 0; where the grid was lost: square in that line from 0


@dataclass(frozen=True, kw_only=True)
class Extra:
    """One square of a row that an organ added to a statutory table: no indicator's value, and in no sum."""

    within: str  # statutory table that the row stands in: proactive, requests, review, statistics
    label: str  # labels of the row from the outside in, as printed, separated by "/"
    head: str  # what heads the column, as printed; the form's own label for applicants and statistics; "" if none
    value: int | float | None  # in the unit as printed; None unless state is "number"
    unit: str  # as printed in the square, else beside it or above it; "" if none is
    raw: str  # text of the square, outer white space stripped
    state: State
    method: Method
    table: int | None  # where the square stands, as in Fact
    row: int
    column: int


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section: its prose, without its tables."""

    number: int  # of the six, 1 to 6; 0 for what stands before the first heading, and for one of another subject
    heading: str  # as printed
    text: str  # paragraphs separated by newlines


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One number of the prose, or one denial, and what it counts."""

    indicator: str  # of the form of the report's year; X.total of a group X of rows is the sum of their totals
    value: int | float  # in the form's unit; 0 for a denial
    raw: str  # the number, or the sentence that denies, as printed
    certain: bool = True  # False: it may count something near the indicator, as notices instead of decisions
    section: int  # position among the sections of the reading, from 0
    offset: int  # characters from the beginning of the section's text to raw
    sentence: str  # as printed, outer white space stripped


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that does not add up, or could not be added up."""

    rule: str
    version: int  # of the rule
    verdict: Verdict
    indicators: tuple[str, ...]
    expected: int | float | None = None
    actual: int | float | None = None
    holds_if_blank_is_zero: bool | None = None  # UNCERTAIN only
    evidence: str = ""  # the sentence or square that the finding rests on, as printed
    message_zh: str
    message_en: str

    @property
    def key(self) -> str:
        """Names this finding across runs for as long as the values stay; with its report, what a review is of."""
        parts = [self.rule, self.indicators, self.expected, self.actual, self.evidence]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def keys(findings: tuple[Finding, ...]) -> list[str]:
    """A key for each: equal ones are told apart by which of how many they are, for one is no answer to the other."""
    found = [finding.key for finding in findings]
    for key in {key for key in found if found.count(key) > 1}:
        for which in range(count := found.count(key)):
            found[found.index(key)] = hashlib.sha256(f"{key} {which + 1}/{count}".encode()).hexdigest()[:16]
    return found


@dataclass(frozen=True, kw_only=True)
class Outline:
    """Where the grid of a table stands on one page; a table over several pages has several."""

    table: int = 0  # as in Fact
    row: int  # of the grid, the first that stands on the page
    page: int  # from 0
    picture: int | None = None  # which picture of the document the page is of, from 0; None: the document's own page
    recognised: bool = False  # read from a picture of the page
    turns: int = 0  # quarter turns against the clock that bring the page upright
    lean: float = 0.0  # degrees against the clock that then make it straight
    xs: tuple[float, ...]  # edges of its columns from the left, in shares of the upright page's width
    ys: tuple[float, ...]  # edges of its rows from the top, in shares of the height


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One possible organ, year, date, period or division of a report, and where it was seen."""

    field: Literal["organ", "year", "published", "period", "division"]
    value: str  # a period as 2020-01-01/2020-12-31
    source: str  # title, heading, meta:PubDate, label:发布时间, signature, list, url ...


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """Everything that one body was found to say, or one document of several in it."""

    version: str  # of the parser
    media_type: str  # by content, e.g. text/html
    charset: str | None  # codec that decoded the body, None for binary formats
    # report attachment_only image_only variant notice other_report list blocked soft_404 empty unreadable other several
    kind: str
    score: float = 0.0  # 0 to 1: how much of what a report in full shows was seen
    reasons: tuple[str, ...] = ()  # what the kind was decided by, as name=evidence
    title: str
    organ: str  # "" if unknown
    year: int | None  # report year
    published: str | None  # YYYY-MM-DD
    division: str = ""  # GB/T 2260 code of the organ's division, six digits; "" if the whole country's, or unknown
    province: str = ""  # name of the province that the division is or lies in
    city: str = ""  # name of the city, prefecture or league
    county: str = ""  # name of the county, district or county-level city
    forms: tuple[str, ...]  # statutory forms found, in document order, once each
    candidates: tuple[Candidate, ...] = ()
    sections: tuple[Section, ...] = ()
    facts: tuple[Fact, ...] = ()
    extras: tuple[Extra, ...] = ()
    statements: tuple[Statement, ...] = ()
    outlines: tuple[Outline, ...] = ()  # of the tables that facts stand in, where the document has pages
    findings: tuple[Finding, ...] = ()  # all but PASS
    passed: tuple[tuple[str, int], ...] = ()  # rule, number of PASS verdicts
    attachments: tuple[tuple[str, str], ...] = ()  # (address as printed, link text)
    part: int = 0  # 0: the whole body, or the only report in it; 1, 2 ...: the other documents in it, in order
    member: str = ""  # its name inside the pack, "" outside one
    parts: tuple[Parsed, ...] = ()  # parts 1, 2 ... of part 0

    @property
    def every(self) -> tuple[Parsed, ...]:
        """This reading and those of its parts, in order."""
        return (self, *self.parts)


@dataclass(frozen=True, kw_only=True)
class Skip:
    """An address that the crawler saw and did not ask for, or that gave no answer."""

    url: str
    reason: str  # one of the reasons listed in schema.sql, e.g. robots
    timestamp: str  # UTC, YYYYMMDDhhmmss, when first skipped for that reason
    source: str = ""  # Source.id that led here
    via: str = ""  # URL of the page that named this one
    anchor: str = ""  # text of the link that named it
    detail: str = ""  # what the reason rests on, for people
