"""Answers that are worth keeping, because reports say the same few hundred labels and numbers again and again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

LONGEST = 120  # characters of a label, with all the white space printed in it; what is longer is prose

P = ParamSpec("P")
T = TypeVar("T")


class _Answers(dict[str, T]):
    """Text -> answer; a dictionary, because looking one up costs a fifth of a call."""

    def __init__(self, function: Callable[[str], T], size: int) -> None:
        self._function, self._size = function, size

    def __missing__(self, text: str) -> T:
        answer = self._function(text)
        if len(text) <= LONGEST:
            if len(self) >= self._size:
                self.clear()
            self[text] = answer
        return answer


def remembered(size: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Keeps up to `size` answers of a pure function of a text, those to prose excepted: it comes but once."""
    return lambda function: _Answers(function, size).__getitem__


def remembered_together(size: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """The same for a function of several texts, of which the first or the last may be prose."""

    def remember(function: Callable[P, T]) -> Callable[P, T]:
        kept = lru_cache(maxsize=size)(function)

        @wraps(function)
        def answer(*texts: P.args, **others: P.kwargs) -> T:
            if len(texts[0]) <= LONGEST >= len(texts[-1]):  # type: ignore[arg-type]
                return kept(*texts, **others)  # type: ignore[arg-type]
            return function(*texts, **others)

        return answer

    return remember
