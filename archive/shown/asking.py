"""What people type into a search box, understood: phrases that all have to stand there, as an expression of FTS5."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Literal

from archive.folding import tokens
from archive.scripts import SHARED

Problem = Literal["empty", "long", "control", "no_word", "slow"]
LONGEST = 200  # signs of a question
VARIED = 4  # characters of a phrase that are tried in two ways
_QUOTED = re.compile('["“”„‟＂]([^"“”„‟＂]*)["“”„‟＂]?')
# What people put between words; a comma between digits parts nothing.
_BETWEEN = re.compile(r"[\s、，；。？！;?!]+|,(?!\d)|(?<!\d),")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Phrase = tuple[tuple[str, ...], ...]  # its variants, each so many tokens


class Unsearchable(ValueError):
    """A question that no search can answer."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, kw_only=True)
class Question:
    """What was asked for."""

    phrases: tuple[Phrase, ...]

    @property
    def words(self) -> str:
        """As FTS5 wants it, about words alone."""
        every = " AND ".join(
            f"({' OR '.join(_quoted(variant) for variant in phrase)})" if len(phrase) > 1 else _quoted(phrase[0])
            for phrase in self.phrases
        )
        return f"- marks : ({every})"

    def among(self, marks: Iterable[str]) -> str:
        """The same, of the rows alone that bear all these marks."""
        return " AND ".join([self.words, *(f"marks : {_quoted([mark])}" for mark in marks)])


def understood(text: str) -> Question:
    """The phrases of a question; `Unsearchable` says why there are none."""
    if not text.strip():
        raise Unsearchable("empty")
    if len(text) > LONGEST:
        raise Unsearchable("long")
    if _CONTROL.search(text):
        raise Unsearchable("control")
    found = [phrase for piece in _pieces(text) if (phrase := _phrase(piece))]
    if not found:
        raise Unsearchable("no_word")
    return Question(phrases=tuple(dict.fromkeys(found)))


def matching(text: str) -> str:
    """An expression for FTS5 whatever was typed: what cannot be searched for is found nowhere."""
    try:
        return understood(text).words
    except Unsearchable:
        return '""'


def _pieces(text: str) -> list[str]:
    """What stands in quotes, and the words between."""
    found: list[str] = []
    end = 0
    for quoted in _QUOTED.finditer(text):
        found += [*_BETWEEN.split(text[end : quoted.start()]), quoted[1]]
        end = quoted.end()
    return [piece for piece in (*found, *_BETWEEN.split(text[end:])) if piece]


def _phrase(piece: str) -> Phrase:
    """Its variants, () without a letter or a number in it.

    Three traditional characters stand in simplified texts as well, and mean something else there: 覆 is 复 too.
    """
    line = " ".join(piece.split())
    found = tokens(line)
    if not any(unicodedata.category(sign)[0] in "LN" for word, _, _ in found for sign in word):
        return ()
    printed = [line[begin:end] for _, begin, end in found]
    either = [(one, SHARED[one]) if one in SHARED else (word,) for one, (word, *_) in zip(printed, found, strict=True)]
    if sum(len(choice) > 1 for choice in either) > VARIED:
        either = [choice[-1:] for choice in either]
    return tuple(product(*either))


def _quoted(words: Iterable[str]) -> str:
    return '"' + " ".join(word.replace('"', '""') for word in words) + '"'
