"""Answers that are worth keeping, because reports say the same few hundred labels and numbers again and again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

LONGEST = 120  # characters of a label, with all the white space printed in it; what is longer is prose

P = ParamSpec("P")
T = TypeVar("T")


def remembered(size: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keeps the last `size` answers of a pure function of texts, those to prose excepted: it comes but once."""

    def remember(function: Callable[P, T]) -> Callable[P, T]:
        kept = lru_cache(maxsize=size)(function)

        @wraps(function)
        def answer(*texts: P.args, **others: P.kwargs) -> T:
            if len(texts[0]) <= LONGEST >= len(texts[-1]):  # type: ignore[arg-type]
                return kept(*texts, **others)  # type: ignore[arg-type]
            return function(*texts, **others)

        return answer

    return remember
