"""What people said of findings: an append-only file beside the WARCs, which no rebuild touches and git can merge.

One line a judgement, as JSON. The order of the lines and lines that come twice mean nothing: of the judgements of one
finding the latest holds, and of several of one second the one that is last in the order of their text.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from archive.database import NAME as DATABASE
from archive.database import tables_of, transaction
from archive.errors import ArchiveError, explained

NAME = "reviews.jsonl"
Judgement = Literal["confirmed", "dismissed", "withdrawn"]
TOLD = get_args(Judgement)
LONGEST = 100_000  # bytes of a line
LONGEST_NOTE = 2000  # characters, of one that a form may send
CLOCK = "%Y-%m-%dT%H:%M:%SZ"
KEY = re.compile(r"[0-9a-f]{16}")
CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")  # what git leaves in a file that it could not merge

# Of what a reading counts as wrong, how much a person has dismissed; for rows of a table with snapshot and part.
DISMISSED = """
(SELECT count(*) FROM findings f JOIN reviews v ON v.key = f.key AND v.standing AND v.judgement = 'dismissed'
 WHERE f.snapshot = {of}.snapshot AND f.part = {of}.part AND f.verdict IN ('FAIL', 'WARN'))
"""
# Words of and about withheld reports: of their own findings, and of those at other reports that name organ and year.
# Where a line does not say which reports it withholds, of all reports of which nothing is read any more.
HUSH = """
UPDATE reviews SET message = '', note = '' WHERE (message <> '' OR note <> '') AND (
  EXISTS (SELECT 1 FROM (
      SELECT json_extract(one.value, '$[0]') AS organ, json_extract(one.value, '$[1]') AS year
      FROM withholdings, json_each(withholdings.reports) AS one WHERE standing) AS hidden
    WHERE (reviews.organ = hidden.organ OR instr(message || note, hidden.organ))
    AND (reviews.organ = hidden.organ AND reviews.year = hidden.year OR instr(message || note, hidden.year)))
  OR EXISTS (SELECT 1 FROM withholdings WHERE standing AND reports = '[]')
    AND NOT EXISTS (SELECT 1 FROM readings WHERE (readings.organ, readings.year) = (reviews.organ, reviews.year)))
"""


@dataclass(frozen=True, kw_only=True)
class Review:
    """One judgement of one person; the order of the fields is that of a line, so that people can read it."""

    at: str  # UTC, YYYY-MM-DDThh:mm:ssZ
    by: str
    judgement: Judgement  # withdrawn: whatever was said before no longer holds
    organ: str = ""  # this and the next three say what the finding was, for those who read the file
    year: int | None = None
    rule: str = ""
    message: str = ""  # Finding.message_zh
    note: str = ""
    key: str  # findings.key: organ, year, division, rule, indicators, values; so a changed value re-opens the question

    @property
    def line(self) -> str:
        """As it stands in the file; names the judgement as well."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read(path: Path) -> list[Review]:
    """The judgements in a file, each once, in the order of their time; none where there is no file."""
    if not path.exists() and not path.is_symlink():  # a link to a disk that is not mounted is no empty file
        return []
    if path.is_char_device() or path.is_fifo() or path.is_socket():
        raise ArchiveError(f"{path} is a pipe or a device, and no file: it may never end; put the file in its place")
    with explained("read", path):
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    found = {
        review.line: review
        for number, line in enumerate(lines, start=1)
        if line.strip()
        for review in [_review(line, f"{path}:{number}")]
    }
    return sorted(found.values(), key=_order)


def standing(reviews: Iterable[Review]) -> dict[str, Review]:
    """The judgement that holds for each finding; none for one whose judgement was withdrawn."""
    last = {review.key: review for review in sorted(reviews, key=_order)}
    return {key: review for key, review in last.items() if review.judgement != "withdrawn"}


def judge(path: Path, findings: Iterable[Mapping[str, Any]], *, judgement: Judgement, note: str, by: str) -> None:
    """Append one judgement of each finding (key, organ, year, rule, message), and see it to the disk."""
    known = read(path)
    now = datetime.now(UTC)
    # A judgement comes after the one that it replaces, whatever the clock of whoever made that one says.
    after = {review.key: _time(review.at) + timedelta(seconds=1) for review in known}
    made = [
        Review(
            at=max(now, after.get(finding["key"], now)).strftime(CLOCK),
            by=by,
            judgement=judgement,
            organ=finding["organ"],
            year=finding["year"],
            rule=finding["rule"],
            message=finding["message"],
            note=note,
            key=finding["key"],
        )
        for finding in findings
    ]
    for one in made:
        _refuse_unreadable(path, one)
    _append(path, made)


def take_in(path: Path, other: Path) -> tuple[list[Review], int]:
    """Add what another group's file says; what is new of it, and how many were there already."""
    theirs = read(other)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime(CLOCK)
    for review in theirs:
        if review.at > tomorrow:
            raise ArchiveError(f"{other}: the judgement of {review.key} is of {review.at}, which is still to come")
    known = {review.line for review in read(path)}
    new = [review for review in theirs if review.line not in known]
    _append(path, new)
    return new, len(theirs) - len(new)


def sync(db: sqlite3.Connection, path: Path) -> None:
    """Bring the table to what the file says, which is the truth, but for words about what is withheld."""
    db.execute("PRAGMA secure_delete = ON")  # else these would stay in the file, where no table leads to them
    with explained("write to", path.with_name(DATABASE)), transaction(db):
        reviews = read(path)  # not before: of two commands at a time the last one has to see what both wrote
        holds = set(standing(reviews).values())
        rows = (
            {"id": hashlib.sha256(one.line.encode()).hexdigest()[:16], **asdict(one), "standing": one in holds}
            for one in reviews
        )
        said = {row["id"]: row for row in rows}
        held = {row["id"]: row for row in tables_of(db).table("reviews").rows}
        # what is as it was stays: so only that is counted again of which something else is said
        gone = [(id,) for id, row in held.items() if said.get(id) != row]
        db.executemany("DELETE FROM reviews WHERE id = ?", gone)
        tables_of(db).table("reviews").insert_all(row for id, row in said.items() if held.get(id) != row)
        db.execute(HUSH)


def _order(review: Review) -> tuple[str, str]:
    return review.at, review.line


def _refuse_unreadable(path: Path, review: Review) -> None:
    """A line that cannot be read again would stop every command that reads the file."""
    try:
        _checked(asdict(review))
        _text(review.line.encode())
    except ValueError as error:
        raise ArchiveError(f"{path} cannot hold that ({error}): nothing was written; say it otherwise") from error


def _append(path: Path, reviews: Iterable[Review]) -> None:
    """In one piece, so that two commands at a time cannot mix their lines."""
    data = "".join(f"{review.line}\n" for review in reviews).encode()
    if not data:
        return
    with explained("write to", path), path.open("a+b", buffering=0) as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":  # a line that an editor, or a crash, left without its end
                data = b"\n" + data
        written = file.write(data)
        if written != len(data):
            raise ArchiveError(f"{path} was not written in full; free some space and look at its last line")
        os.fsync(file.fileno())


def _review(line: bytes, place: str) -> Review:
    """One line; what is wrong with it is said with its number."""
    try:
        return _checked(json.loads(_text(line)))
    except (ValueError, TypeError, RecursionError) as error:
        raise ArchiveError(f"{place}: not a review ({error}); mend or remove that line") from error


def _text(line: bytes) -> str:
    if len(line) > LONGEST:
        raise ValueError("the line is too long")
    if line.startswith(tuple(sign.encode() for sign in CONFLICT)):
        raise ValueError("git left a conflict here: keep the lines of both sides, remove its marks")
    return line.decode("utf-8")


def _checked(values: Any) -> Review:
    if not isinstance(values, dict):
        raise TypeError("no JSON object")
    unknown = set(values) - {field.name for field in fields(Review)}
    if unknown:
        raise ValueError(f"it has an unknown {', '.join(sorted(unknown))[:60]}")
    for name, value in values.items():
        _check(name, value)
    return Review(**values)


def _check(name: str, value: Any) -> None:
    if name == "year":
        good = value is None or (type(value) is int and 1900 < value < 3000)
    else:
        good = isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)
        good = good and (name != "key" or KEY.fullmatch(value) is not None)
        good = good and (name != "judgement" or value in TOLD)
        if good and name == "at":
            _time(value)
    if not good:
        raise ValueError(f"{name} cannot be {json.dumps(value)[:60]}")


def _time(at: str) -> datetime:
    found = datetime.strptime(at, CLOCK).replace(tzinfo=UTC)
    if found.strftime(CLOCK) != at or found.year > 3000:  # strptime takes 2026-1-2 as well, which does not sort
        raise ValueError(f"at is {at}, and not as 2026-01-02T03:04:05Z")
    return found
