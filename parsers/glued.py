"""Digits that lost every separator (`予以公开7000007`), split where the sums of the form leave exactly one way.

Only tables three and four have sums in every row. Where a row has several splits, those of the other rows and the
column sums decide; where they leave more than one way, or none, nothing is read. Table four has no column sums, and an
empty square leaves no trace: it is read only beside a table three in which every row has a number in each square. The
digits that were not read are reported run by run.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from archive.scripts import simplified
from parsers.breaks import TORN
from parsers.document import Paragraph
from parsers.forms import APPLICANT_ORDER, BY_TABLE, FORMS, INDICATORS, PROACTIVE_COLUMN_WORDS, REVIEW_ORDER
from parsers.labels import squeeze
from parsers.tables.squares import Claim, Square, loose

Split = tuple[int, ...]
LONGEST = 6  # digits of one number; more would be no count of requests
MORE = 5  # labels with digits behind them that make a table
MOST = 20_000  # ways to be looked through; more is no evidence of anything
_APART = re.compile(r"(?<=\d)\s+(?=\d)")
# Words of the heads and labels that stand together where a table does, and seldom in prose.
_MARKS = (("企业", "科研", "公益"), ("维持", "纠正", "审结"), ("废止", "制发"), ("废止", "制作"), ("结转下年度",))
_OUTER = ("new", "carried_in", "total", "carried_out")


def read(lines: Sequence[Paragraph], wanted: Collection[str]) -> tuple[list[Claim], list[tuple[str, Square]]]:
    """Squares of the wanted tables whose digits the sums split in one way, and (table, digits) that nothing split."""
    if not _may_stand_in("".join([p.text for p in lines])):
        return [], []
    text, starts = _joined(lines)
    tables = [(form, found) for form in FORMS for found in _table(form).finditer(text)]
    several = [_requests(form, found, starts, copy) for copy, (form, found) in enumerate(tables)]
    claims: list[Claim] = []
    if all(several) and not _holds_more(text, [found for _, found in tables]):  # else all are told run by run
        claims = [claim for own in several for claim in own]
        claims += _review(text, starts) if claims else ()
    kept = [claim for claim in claims if claim.table in wanted]
    lost = set(wanted) - {claim.table for claim in kept}
    return kept, list(_runs(text, starts, lost))


def _requests(form: str, found: re.Match[str], starts: Sequence[tuple[int, int]], copy: int) -> list[Claim]:
    """One table three; [] if its digits can be split in several ways, or in none."""
    rows = BY_TABLE[form, "requests"].rows
    chosen = _consistent({row: splits(digits) for row, digits in zip(rows, found.groups(), strict=True)})
    lines = [_line(starts, found.start(place)) for place in range(1, len(rows) + 1)]
    return [c for row, line in zip(rows, lines, strict=True) for c in _claims(chosen.get(row, ()), row, line, copy)]


def _holds_more(text: str, tables: Sequence[re.Match[str]]) -> bool:
    """Whether another table three stands beside these, though not every one of its rows."""
    runs = (run for run in _LABELLED["requests"].finditer(text) if tables)
    return sum(all(not table.start() <= run.start() < table.end() for table in tables) for run in runs) >= MORE


def _may_stand_in(text: str) -> bool:
    """Whether a text holds the words of a table: asked first, for most texts do not."""
    bare = simplified("".join(text.split()))
    return any(all(word in bare for word in words) for words in _MARKS)


def _claims(numbers: Split, row: str, line: int, copy: int) -> Iterator[Claim]:
    for i, (column, number) in enumerate(zip(APPLICANT_ORDER, numbers, strict=False)):
        square = loose(str(number), i + 1, line, i)
        yield Claim("requests", row, column, None, square, "sums", copy=copy)


def _joined(lines: Sequence[Paragraph]) -> tuple[str, list[tuple[int, int]]]:
    """All text without white space but between digits, and (offset, line) where each line begins in it."""
    parts: list[str] = []
    starts: list[tuple[int, int]] = []
    length = 0
    for p in lines:
        part = "\n".join(filter(None, map(squeeze, _APART.split(p.text))))
        if part[:1].isdigit() and parts and parts[-1][-1:].isdigit():
            part = f"\n{part}"
        if part:
            starts.append((length, p.line))
            parts.append(part)
            length += len(part)
    return "".join(parts), starts


def _line(starts: Sequence[tuple[int, int]], offset: int) -> int:
    place = bisect_right(starts, offset, key=lambda start: start[0])
    return starts[place - 1][1] if place else 0


def _runs(text: str, starts: Sequence[tuple[int, int]], lost: Collection[str]) -> Iterator[tuple[str, Square]]:
    """Every run of digits between the first and the last label with digits behind it, of the tables that were lost."""
    for table, pattern in _LABELLED.items():
        if table not in lost:
            continue
        if not _HEADS[table].search(text) or not (found := list(pattern.finditer(text))):
            continue
        for place, run in enumerate(_RUN.finditer(text, found[0].start(), found[-1].end())):
            yield table, loose(run[0], place + 1, _line(starts, run.start()), place)


@lru_cache(maxsize=4)
def _table(form: str) -> re.Pattern[str]:
    """Table three from its first label to its last digits, the digits of each row in a group."""
    table, pattern = BY_TABLE[form, "requests"], ""
    before: tuple[str, ...] = ()
    for row in table.rows:
        path = tuple(table.indicators[row, "total"].row_label.split("/"))
        new = [part for i, part in enumerate(path) if path[: i + 1] != before[: i + 1]]
        pattern += "".join(map(_label, new)) + r"(\d*?)\n?"
        before = path
    return re.compile(pattern + r"(?!\d)")


def _label(printed: str) -> str:
    """Pattern of a label in text without white space: its numbering, its words, its aside or none."""
    text = squeeze(printed)
    numbering, words = re.fullmatch(r"(\(?[一二三四五六七八九十\d]+[)、.])?(.*?)(?:\(.*\))?", text).groups()  # type: ignore[union-attr]
    marks = re.sub(r"[\W]", "", words)
    number = re.escape((numbering or "").strip("()、.")) + r"[)、.]" if numbering else ""
    return rf"\(?{number}" + r"[^\w]?".join(map(re.escape, marks)) + r"[^\w(+−-]?(?:\([^()]*\))?"


@lru_cache(maxsize=256)
def splits(digits: str) -> tuple[Split, ...]:
    """All ways to cut digits into six numbers and their sum, none with a leading zero."""
    return tuple(_cut(digits, len(APPLICANT_ORDER)))


def _cut(digits: str, count: int) -> Iterator[Split]:
    """Cuts whose last number is the sum of the others."""
    for last in range(1, LONGEST + 1):
        tail = digits[-last:]
        if len(digits) <= last or (len(tail) > 1 and tail[0] == "0"):
            continue
        for head in _parts(digits[:-last], count - 1, int(tail)):
            yield (*head, int(tail))


def _parts(digits: str, count: int, total: int) -> Iterator[Split]:
    if count == 1:
        if digits and (digits == "0" or digits[0] != "0") and len(digits) <= LONGEST and int(digits) == total:
            yield (int(digits),)
        return
    for size in range(1, min(LONGEST, len(digits) - count + 1) + 1):
        number = int(digits[:size])
        if number > total or (size > 1 and digits[0] == "0"):
            break
        for rest in _parts(digits[size:], count - 1, total - number):
            yield (number, *rest)


def _consistent(ways: Mapping[str, Sequence[Split]]) -> dict[str, Split]:
    """The one choice of a split for each row in which every column adds up; {} if there is none, or more than one."""
    if not all(ways.values()):
        return {}
    width = len(APPLICANT_ORDER)
    outcomes = {row: ways[row] for row in ways if row not in _OUTER}
    sums: dict[Split, list[dict[str, Split]]] = {(0,) * width: [{}]}
    for row, choices in outcomes.items():
        nxt: dict[Split, list[dict[str, Split]]] = {}
        for so_far, picks in sums.items():
            for choice in choices:
                key = tuple(a + b for a, b in zip(so_far, choice, strict=True))
                known = nxt.setdefault(key, [])
                known.extend({**pick, row: choice} for pick in picks[: 2 - len(known)])
        if len(nxt) > MOST:
            return {}
        sums = nxt
    solutions = [
        pick | {"new": new, "carried_in": carried, "total": total, "carried_out": out}
        for total in ways["total"]
        for pick in sums.get(total, ())
        for new in ways["new"]
        for carried in ways["carried_in"]
        for out in ways["carried_out"]
        if all(a + b == c + d for a, b, c, d in zip(new, carried, total, out, strict=True))
    ]
    return solutions[0] if len(solutions) == 1 else {}


_OUTCOMES = "结果维持结果纠正其他结果尚未审结总计"
_REVIEW = re.compile(rf"(?:{_OUTCOMES}){{2,3}}(\d{{15,60}})(?![\d{TORN}])")


def _labelled(table: str) -> re.Pattern[str]:
    """A label of the table, its number or none, and what may be the digits behind it."""
    words = {_NUMBER.sub("", squeeze(i.row_label.rsplit("/", 1)[-1])) for i in INDICATORS if i.table == table}
    return re.compile(rf"(?:{'|'.join(sorted(map(_label, words), key=len, reverse=True))})[+−-]?\d[\d.+−-]*")


_NUMBER = re.compile(r"^\(?[一二三四五六七八九十\d]+[)、.]")
_LABELLED = {
    "proactive": _labelled("proactive"),
    "requests": _labelled("requests"),
    "review": re.compile(rf"{_OUTCOMES}\d+"),
}
_HEADS = {
    "proactive": re.compile("|".join(word for word in PROACTIVE_COLUMN_WORDS if len(word) > len("信息内容"))),
    "requests": re.compile("法人或其他组织|商业企业"),
    "review": re.compile(_OUTCOMES),
}
# Up to the number of the next label: 1.属于国家秘密.
_RUN = re.compile(r"(?<![\d.+−-])(?!\d[.、]\D)[+−-]?\d[\d.+−-]*?(?=\d[.、][^\d]|[^\d.+−-]|$)")


def _review(text: str, starts: Sequence[tuple[int, int]]) -> Iterator[Claim]:
    """Table four: three groups of four numbers and their sum, in one run of digits."""
    tables = [(found, list(_three_groups(found[1]))) for found in _REVIEW.finditer(text)]
    if any(len(ways) != 1 for _, ways in tables):
        return
    for copy, (found, ways) in enumerate(tables):
        line = _line(starts, found.start(1))
        for i, ((row, column), number) in enumerate(zip(REVIEW_ORDER, ways[0], strict=True)):
            square = loose(str(number), i, line, i)
            yield Claim("review", row, column, None, square, "sums", copy=copy)


def _three_groups(digits: str) -> Iterator[Split]:
    for first in range(5, len(digits) - 9):
        for second in range(first + 5, len(digits) - 4):
            groups = [list(_cut(part, 5)) for part in (digits[:first], digits[first:second], digits[second:])]
            yield from ((*a, *b, *c) for a in groups[0] for b in groups[1] for c in groups[2])
