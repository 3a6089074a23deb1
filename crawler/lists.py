"""One list page read by the platform family that made it, and how far the reading of a column is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from scrapy import Request
from scrapy.http import Response, TextResponse

from archive.records import Source
from crawler.addresses import folder_of, is_below
from crawler.below import children, leads_to_reports, organs
from crawler.blocks import block, missing
from crawler.families import FAMILIES, Family, Page, Row, shaped
from crawler.families.beside import kinds_of, lines_beside
from crawler.families.rows import reports_named
from crawler.families.shaped import Template
from crawler.steps import sent_home
from crawler.titles import WANTED, classify

MISSES = 2  # list pages in a row that could not be had: the column ends there
PAGE_LIMIT = 200  # list pages of one column
DEPTH = 3  # columns below columns: organs of a kind, their years
COLUMN_LIMIT = 600  # columns of one source: sixty organs, a column a year


@dataclass(kw_only=True)
class Column:
    """How far the reading of one column is."""

    source: Source
    depth: int = 0  # of the column that the registry names
    pages: list[Page] = field(default_factory=list)  # asked for
    ahead: tuple[Page, ...] = ()  # candidates for the pages that follow
    rows: set[str] = field(default_factory=set)
    counted: set[str] = field(default_factory=set)  # of the rows that are surely of the list
    kinds: set[str] = field(default_factory=set)  # of the addresses of rows that only their titles told
    family: Family | None = None  # of the page that led here: what its calls answer bears no mark
    folder: str = ""  # addresses below it belong to the column
    reached: str = ""  # address of its first page
    of_reports: bool = False  # its first page says so
    beside: bool = False  # an organ's, known by its name alone
    misses: int = 0
    total: int = 0  # rows that the portal says there are; 0 where it does not say
    problem: str = ""  # why it has no rows
    shell: Request | None = None  # for its first page as scripts make it
    calls: list[tuple[Page, Template]] = field(default_factory=list)  # of which a browser was seen to make its rows
    template: Template | None = None  # of the call that is being read
    lost: str = ""  # a page of it that did not come, or was not asked for: it may have named anything

    def begin(self, url: str, listing: Listing) -> None:
        """Its first page came."""
        self.reached, self.folder, self.of_reports = url, folder_of(url), listing.of_reports

    def add(self, rows: Sequence[Row]) -> None:
        """Lines that are new; those that stand beside the list, like news, are not what the portal counts."""
        self.rows.update(row.url for row in rows)
        self.kinds |= kinds_of([row for row in rows if not row.other])
        self.counted |= {row.url for row in rows if row.listed or row.other or is_below(row.url, self.folder)}
        if self.stray and not any(classify(row.title, in_column=False) in WANTED for row in rows):
            self.ahead, self.total = (), 0  # some hundred pages of a bureau's news, of which none is missed

    @property
    def stray(self) -> bool:
        """May it be an organ's column of something else? What is listed there has to say itself that it is a report."""
        return self.beside and not self.of_reports

    def told_apart(self, rows: Sequence[Row]) -> Iterator[tuple[Row, bool]]:
        """Each line of a page, and whether it is of the column's own list: there the unknown is worth a look."""
        own = sum(is_below(row.url, self.folder) for row in rows) * 2 > len(rows)
        for row in rows:
            yield row, not (self.stray or row.other) and (is_below(row.url, self.folder) or (row.listed and not own))

    @property
    def had(self) -> int:
        """How many of the lines that the portal counts were found."""
        return len(self.counted or self.rows)

    def following(self) -> Page | None:
        """The next candidate."""
        if not self.ahead:
            return None
        page, *rest = self.ahead
        self.ahead = tuple(rest)
        return page

    def to_render(self) -> Request | None:
        """The request for its first page as scripts make it, once, if it gave no rows; the reading begins anew."""
        shell, self.shell = self.shell, None
        if shell is None or self.rows or not self.problem:
            return None
        self.pages, self.ahead, self.family, self.misses = self.pages[:1], (), None, 0
        return shell

    def to_call(self) -> Page | None:
        """The next of the calls that its page is made of: where a button alone leads to the pages that follow."""
        if not self.calls or 0 < self.total <= self.had:
            return None
        page, self.template = self.calls.pop(0)
        self.family = shaped
        return page

    def missed(self, problem: str) -> Page | None:
        """A page could not be had: those that follow may be."""
        self.misses += 1
        if self.ahead and (self.misses < MISSES or self.pages[-1].probe):
            return self.following()
        return self.ended(problem)

    def ended(self, problem: str) -> Page | None:
        """The list is at its end: the pages after the last are none, but a probe may find another list."""
        if not self.pages[-1].probe:
            whole = 0 < self.total <= self.had
            self.ahead = () if whole else tuple(page for page in self.ahead if page.probe)
        if not self.ahead and not self.rows:
            self.problem = problem
        return self.following()


class Columns:
    """The columns of every source, by their address: those where its reading begins first."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Column]] = {}
        self._full: set[str] = set()  # sources, by id

    def first(self, source: Source, url: str) -> Column:
        """A column where the reading of a source begins."""
        return self._known.setdefault(source.id, {}).setdefault(url, Column(source=source))

    def below(self, column: Column, listing: Listing) -> list[tuple[str, Column]]:
        """Columns by year or organ, each once: what is below the registry's column is the source's."""
        known = self._known[column.source.id]
        found: list[tuple[str, Column]] = []
        named = {**dict.fromkeys(listing.organs, True), **dict.fromkeys(listing.children, False)}
        # a calendar shows the same under every date
        for url, beside in named.items() if column.depth < DEPTH and self._bring(column, listing.rows) else ():
            if url not in known and len(known) >= COLUMN_LIMIT:
                column.lost = column.lost or url
                self._full.add(column.source.id)
            elif url not in known:
                known[url] = Column(source=column.source, depth=column.depth + 1, beside=beside)
                found.append((url, known[url]))
        return found

    def beyond(self, source: Source) -> str:
        """What a source has more of than is read of one, "" if nothing."""
        return f"more than {COLUMN_LIMIT} columns" if source.id in self._full else ""

    def _bring(self, column: Column, rows: Sequence[Row]) -> bool:
        """Has a list of reports one that no column of its source has? A page without such a list may lead to some."""
        known = self._known[column.source.id].values()
        listed = [row.url for row in rows if row.listed]  # the news beside it are the same on every page
        return not listed or any(all(url not in other.rows for other in known) for url in listed)

    def passed_over(self, column: Column, response: Response) -> Iterator[Row]:
        """What calls itself a report on a page of a column, and was taken neither for a row nor for a column."""
        if isinstance(response, TextResponse) and response.status == 200:
            known = self._known[column.source.id]
            for url, title in reports_named(response):
                if url not in known and url != response.url and all(url not in other.rows for other in known.values()):
                    yield Row(url=url, title=title, date="")

    def problem(self, source: Source) -> str:
        """Why a source gave nothing, "" if it gave rows; its own column may be but the way to those below."""
        columns = self._known.get(source.id, {}).values()
        return "" if any(column.rows for column in columns) else next((c.problem for c in columns), "")

    def families(self, source: Source) -> str:
        """Names of the platforms whose lists gave rows."""
        read = [column.family for column in self._known.get(source.id, {}).values() if column.rows and column.family]
        return " ".join(sorted({getattr(family, "__name__", "").rpartition(".")[2] for family in read}))

    def lacks(self, source: Source) -> str:
        """What was not found of the lists of a source, as far as is known."""
        total, had = self.told(source)
        lost = next((column.lost for column in self._known.get(source.id, {}).values() if column.lost), "")
        return f"{had} of {total} rows" if had < total else lost

    def told(self, source: Source) -> tuple[int, int]:
        """How many rows the portal says that its lists have, and how many of those were found."""
        told = [column for column in self._known.get(source.id, {}).values() if column.total]
        return sum(column.total for column in told), sum(min(column.had, column.total) for column in told)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What one list page says."""

    rows: Sequence[Row] = ()
    ahead: Sequence[Page] = ()  # candidates for the pages that follow
    total: int | None = None  # rows of the whole list, as the portal states it
    children: Sequence[str] = ()  # columns below this one
    organs: Sequence[str] = ()  # columns of organs beside it, as its platform calls them
    of_reports: bool = False  # the page says so, or says 年报 where such a column led to it
    family: Family | None = None
    problem: str = ""  # why the page cannot be read


def read_list(response: Response, asking: Family | None = None, *, column: Column | None = None) -> Listing:
    """Read a list page by its family, or an answer without marks by the family that asked for it.

    `column`: that the page is of, if something is known of it.
    """
    if kind := block(response):
        return Listing(problem=f"blocked ({kind})", family=asking)
    if home := sent_home(response):
        return Listing(problem=f"moved: its address leads to {home}, the front page", family=asking)
    if response.status != 200:
        return Listing(problem=f"HTTP {response.status}", family=asking)
    if kind := missing(response):
        return Listing(problem=kind, family=asking)
    if not isinstance(response, TextResponse):
        kind = (response.headers.get("Content-Type") or b"no type").decode("latin-1")
        return Listing(problem=f"not a page: {kind}", family=asking)
    on = _on(response, asking, column)
    # What a call answers may hold the marks of another family: whoever asked is asked first.
    known = (*([asking] if asking else []), *FAMILIES)
    made = "rendered" in response.flags  # read as it is seen: what a family's calls bring was tried
    fits = (family for family in known if family.recognises(response) and (not made or family.rows(response)))
    family = next(fits, asking)
    if family is None:
        return replace(on, problem="no platform family recognises the page")
    rows = family.rows(response)
    return replace(
        on,
        rows=[*rows, *lines_beside(response, rows, column.kinds if column else ())],
        ahead=list(islice(family.next_pages(response), PAGE_LIMIT)),
        total=family.total(response),
        family=family,
    )


def _on(response: TextResponse, asking: Family | None, column: Column | None) -> Listing:
    """The columns that the first page of a column names, or the answer to a call that fills it."""
    below = bool(column and column.depth)
    if asking is None:
        page, of_reports = response.url, leads_to_reports(response, below=below)
    elif column and column.reached:
        page, of_reports = column.reached, column.of_reports
    else:
        return Listing()
    return Listing(
        children=children(response, page, of_reports=of_reports),
        organs=organs(response, page, of_reports=of_reports, below=below),
        of_reports=of_reports,
    )
