"""Labels made comparable: `（三）不予公开`, `三)  不予 公开` and `(三)不予公开（…）` are one key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from operator import ne

from rapidfuzz import fuzz

from archive.scripts import simplified
from parsers.bookmarks import without
from parsers.remember import LONGEST, remembered

# Of the usual characters of Chinese prose, those that NFKC alters.
_WIDE = tuple(zip("，；：（）！？％\u3000\u00a0", ",;:()!?%  ", strict=True))
_BLANK = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff\x00-\x1f]+")  # what is neither white space nor printed
_NUMBERING = re.compile(r"^(?:\(?[一二三四五六七八九十\d]{1,3}\)|[一二三四五六七八九十\d]{1,3}[、.,:])+(?=.)")
_ASIDE = re.compile(r"\([^()]*\)")
_MARKS = re.compile(r"[\"'“”‘’「」《》〈〉、,.。:;;/()\[\]·•*-]+")

NEAR = 88  # share of common characters, in percent, from which a label may stand for the form's own
# Words around a label that do not change what it names.
_FILLERS = re.compile(r"(?:本年度?|办理结果|政府信息|其中|申请|数量|情况|事项|项目|类|的|件数?|数)*")
# Characters that turn a label into another one: 未予以公开, 非行政许可, 结转上年度.
_TURNS = "未不非无除免上下已前后"

WRONG, LONG = 2, 6  # characters that may be wrong, in a label of so many or more
_FIXED = re.compile("本年|上一年|现行|对外|[新总增减]|数量|件数|金额")  # of the words above columns

ALIKE = 75  # share from which a label may be a misprint of the form's own, and so is not certain to be another one
MARGIN = 8  # by which the best must lead the second best


@remembered(65536)
def squeeze(text: str) -> str:
    """NFKC in simplified characters, without white space, zero-width and control characters."""
    bare = "".join(folded(without(text)).split())
    return simplified(bare if bare.isprintable() else _BLANK.sub("", bare))


def folded(text: str) -> str:
    """The text in NFKC; without the usual wide marks most texts are in it, which is seen ten times faster."""
    if text.isascii():
        return text
    for wide, narrow in _WIDE:
        text = text.replace(wide, narrow)
    return unicodedata.normalize("NFKC", text)


@remembered(65536)
def key(text: str) -> str:
    """Comparable form of a label: squeezed, without numbering, asides and punctuation; prose is left as it is."""
    if len(text) > LONGEST:
        return text
    squeezed = _NUMBERING.sub("", squeeze(text))
    bare = _MARKS.sub("", _ASIDE.sub("", squeezed))
    return bare or _MARKS.sub("", squeezed)


def best_match(text: str, known: Mapping[str, str]) -> str | None:
    """The value of the known key that a label means: the same, or contained, or nearly the same; None if in doubt."""
    if len(text) > LONGEST:
        return None
    label = key(text)
    if label in known:
        return known[label]
    if len(label) < 4 or any(c.isdigit() for c in label):
        return None  # digits that are no numbering: a label and its numbers in one square, or prose
    contained = [k for k in known if len(k) >= 4 and k in label]
    if contained:
        longest = max(contained, key=len)
        before, _, after = label.partition(longest)
        # Two labels in one square name no single row, unless one is part of the other.
        if all(k in longest for k in contained):
            return known[longest] if _FILLERS.fullmatch(before) and _FILLERS.fullmatch(after) else None
    return nearest(label, known)


def is_another(text: str, known: Iterable[str]) -> bool:
    """Whether a label is certain to name none of the known keys: no piece, no misprint, and no two of them in one."""
    label = key(text)
    if len(label) < 2 or not label[0].isalpha() or any(c.isdigit() for c in label):
        return False
    inside, turned = [], _turning(label)
    for k in known:
        if label in k or (k not in label and _turning(k) == turned and fuzz.ratio(label, k) >= ALIKE):
            return False
        if k in label and len(k) > 1:
            inside.append(k)
    return all(k in max(inside, key=len) for k in inside)


def _turning(label: str) -> str:
    return "".join(c for c in label if c in _TURNS)


def misprinted(label: str, known: Iterable[str]) -> str | None:
    """The known key that a label is but for one or two wrong characters, where no other is as near.

    Characters that say when, or what is counted, are never wrong: 去年处理决定数量 is another word.
    """
    turned = _turning(label)
    near = sorted((sum(map(ne, label, k)), k) for k in known if len(k) == len(label) >= LONG and _turning(k) == turned)
    if not near or near[0][0] > WRONG or [count for count, _ in near[:2]].count(near[0][0]) > 1:
        return None
    best = near[0][1]
    kept = {i for found in _FIXED.finditer(best) for i in range(*found.span())}
    return None if any(label[i] != best[i] for i in kept) else best


def nearest(label: str, known: Mapping[str, str]) -> str | None:
    """The value of the most similar known key, where it is near enough and clearly ahead of the next."""
    turned = _turning(label)
    alike = ((fuzz.ratio(label, k, score_cutoff=NEAR - MARGIN), k) for k in known if len(k) >= 4)
    scored = sorted((pair for pair in alike if pair[0] and _turning(pair[1]) == turned), reverse=True)
    if not scored or scored[0][0] < NEAR:
        return None
    rivals: Iterable[float] = (score for score, k in scored[1:] if known[k] != known[scored[0][1]])
    return known[scored[0][1]] if scored[0][0] - next(iter(rivals), 0.0) >= MARGIN else None
