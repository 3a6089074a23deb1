"""What a search compares: text and words folded alike, one token a sign; stock SQLite does the same in SPACED.

Full-width signs become narrow, traditional characters simplified, blanks beside Chinese vanish. Words and numbers in
Latin letters and digits stay whole; a mark of punctuation is a token like any character, so that it keeps apart what
it parts, and so does the end of a line.
"""

from __future__ import annotations

import re
import unicodedata

from archive.scripts import simplified

BREAK = "¶"  # the token for the end of a line
_ALONE = re.compile("[^0-9A-Za-z\u00c0-\u1fff]")
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_TOKEN = re.compile("[0-9A-Za-z\u00c0-\u1fff]+|[^0-9A-Za-z\u00c0-\u1fff]")


class _Apart(dict[int, str]):
    """What becomes of each sign, found out when it first comes: eight times as fast as a substitution."""

    def __missing__(self, code: int) -> str:
        self[code] = _ALONE.sub(r" \g<0> ", chr(_NARROW.get(code, code))).replace("\n", BREAK)
        return self[code]


_APART = _Apart()

# Line by line, and these by the thousand signs, for in one piece SQLite would copy the rest for every sign of it.
SPACED = """
(WITH RECURSIVE lines (line, rest) AS (
   SELECT NULL, {words} || char(10)
   UNION ALL SELECT substr(rest, 1, instr(rest, char(10)) - 1), substr(rest, instr(rest, char(10)) + 1)
   FROM lines WHERE rest <> '')
 SELECT group_concat((
   WITH RECURSIVE pieces (piece, rest) AS (
     SELECT '', line
     UNION ALL SELECT substr(rest, 1, 1000), substr(rest, 1001) FROM pieces WHERE rest <> '')
   SELECT group_concat(coalesce((
     WITH RECURSIVE signs (code, rest) AS (
       SELECT NULL, piece
       UNION ALL SELECT unicode(rest) - CASE WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN 65248 ELSE 0 END,
         substr(rest, 2) FROM signs WHERE rest <> '')
     SELECT group_concat(CASE WHEN code BETWEEN 48 AND 57 OR code BETWEEN 65 AND 90 OR code BETWEEN 97 AND 122
       OR code BETWEEN 192 AND 8191 THEN char(code) ELSE ' ' || char(code) || ' ' END, '') FROM signs
     WHERE code IS NOT NULL), ''), '') FROM pieces), ' ¶ ')
 FROM lines WHERE line IS NOT NULL)
"""


def folded(text: str) -> str:
    """The text as it is compared."""
    return simplified(unicodedata.normalize("NFKC", text))


def folded_apart(text: str) -> str | None:
    """The folded text where it has to be kept beside the printed one; None where `spaced` alone does as much."""
    bare = text.replace("\0", " ")
    if (other := folded(bare)) == bare or spaced(other).split() == spaced(bare).split():
        return bare if bare != text else None
    return other


def spaced(text: str) -> str:
    """The text with blanks round all that stands alone, as SPACED has it."""
    return text.translate(_APART)


def tokens(text: str) -> list[tuple[str, int, int]]:
    """The tokens of a text as printed, folded, each with where it begins and ends in it."""
    if not unicodedata.is_normalized("NFKC", text):
        pieces = [(sign, place) for place, one in enumerate(text) for sign in unicodedata.normalize("NFKC", one)]
    else:
        pieces = [(sign, place) for place, sign in enumerate(text)]
    folding = simplified("".join(sign for sign, _ in pieces)).lower()
    if len(folding) != len(pieces):  # a capital that is two letters when small
        folding = "".join(sign for sign, _ in pieces)
    return [
        (found[0], pieces[found.start()][1], pieces[found.end() - 1][1] + 1)
        for found in _TOKEN.finditer(folding)
        if is_token(found[0])
    ]


def is_token(text: str) -> bool:
    """True for what the index keeps: letters, numbers, marks and signs, the end of a line, but no blank."""
    return text == "\n" or any((kind := unicodedata.category(sign))[0] in "LNPS" or kind == "Co" for sign in text)
