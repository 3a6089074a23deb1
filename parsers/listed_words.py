"""What a cell of a list is to the forms: the head of a table, the label of a row, a value, or prose."""

from __future__ import annotations

from parsers import forms, numbers
from parsers.labels import key, misprinted, squeeze
from parsers.remember import remembered, remembered_together
from parsers.tables.proactive import proactive_row
from parsers.tables.request_labels import request_row

SHORT = 60  # characters; no label of the forms is longer, bracketed asides left out

_TOTALS = frozenset({"其他", "总计", "合计"})  # head columns, and name rows as well
_APPLICANT_HEAD = frozenset({"申请人情况", "法人或其他组织", *forms.APPLICANTS}) - _TOTALS
_REVIEW_HEAD = frozenset({"行政诉讼", *forms.REVIEW_GROUPS, *forms.OUTCOMES}) - _TOTALS
_PROACTIVE_HEAD = forms.PROACTIVE_COLUMN_WORDS | {"信息内容"}
_BEGINNINGS = frozenset(word[:size] for word in forms.PROACTIVE_COLUMN_WORDS for size in range(3, len(word)))


@remembered_together(16384)
def word(text: str, mode: str, after: str) -> tuple[str, str]:
    """Kind (header, block, label, value or prose) and table of a cell, below those of the cell before it.

    The tables are proactive, applicants (the head of table three), requests and review; "" before the first.
    """
    if numbers.glance(text).is_value:
        return "value", mode
    label = key(text)
    if len(label) > SHORT:
        return "prose", mode
    if label in _TOTALS and label == squeeze(text) and mode in ("applicants", "review"):
        return "header", mode
    if label in _PROACTIVE_HEAD or ((mode, after) == ("proactive", "header") and _goes_on(label)):
        return "header", "proactive"
    if label in _APPLICANT_HEAD:
        return "header", "applicants"
    if label in _REVIEW_HEAD:
        return "header", "review"
    if request_row(text) is not None or (label == "其他" and mode == "requests"):
        return "label", "requests"
    if mode == "proactive" and proactive_row(text):
        return "label", mode
    return ("block", "proactive") if squeeze(text).startswith("第二十条") else ("prose", mode)


def _goes_on(label: str) -> bool:
    """Whether a cell in the head of a block is a word of it that was cut off or misprinted."""
    return label in _BEGINNINGS or misprinted(label, forms.PROACTIVE_COLUMN_WORDS) is not None


@remembered(16384)
def is_known(text: str) -> bool:
    """Whether a text is the label of a row or the head of a column, wherever it stands."""
    label = key(text)
    if len(label) > SHORT:
        return False
    if label == "其他":
        return squeeze(text) != label  # 3.其他; without its number it may head a column
    heads = _PROACTIVE_HEAD | _APPLICANT_HEAD | _REVIEW_HEAD
    return label in heads or request_row(text) is not None or proactive_row(text) is not None
