"""What the indicators of the prose are in the tables: sums of them, and what else such a number may rightly mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from parsers.forms import BY_TABLE, FORMS, INDICATORS

# Indicators of before 2019 that mean the same.
BEFORE_2019 = {
    "requests.new.total": "statistics.requests.received",
    "requests.total.total": "statistics.requests.answered",
    "requests.disclosed.total": "statistics.requests.answered.disclosed",
    "requests.partly_disclosed.total": "statistics.requests.answered.partly_disclosed",
    "requests.denied.total": "statistics.requests.answered.denied",
    "review.reconsideration.total": "statistics.reconsideration.total",
    "review.reconsideration.upheld": "statistics.reconsideration.upheld",
    "review.reconsideration.corrected": "statistics.reconsideration.corrected",
    "review.reconsideration.other": "statistics.reconsideration.other",
    "review.litigation.total": "statistics.litigation.total",
    "review.litigation.upheld": "statistics.litigation.upheld",
    "review.litigation.corrected": "statistics.litigation.corrected",
    "review.litigation.other": "statistics.litigation.other",
    "proactive.normative_documents.made": "statistics.proactive.normative_documents_issued",
}
_LABELS = {i.indicator: (i.row_label, i.column_label) for i in INDICATORS}
AFTER_2021 = {f"proactive.{row}.made": f"proactive.{row}.issued" for row in ("regulations", "normative_documents")}
BEFORE_2021 = {new: old for old, new in AFTER_2021.items()}
_ASIDE = re.compile("(?<=.)（[^（）]*）$")
LEGAL_PERSONS = ("business", "research", "social_welfare", "legal_service", "other")
LAWSUITS = ("litigation_direct", "litigation_after_reconsideration")
OUTCOMES = ("disclosed", "partly_disclosed", "denied", "unavailable", "not_processed", "other")


def named(indicator: str, year: int | None) -> str:
    """The indicator as the form of the report's year names it."""
    if year is not None and year < 2019:
        return BEFORE_2019.get(indicator, indicator)
    if year is not None and year >= 2021:
        return AFTER_2021.get(indicator, indicator)
    return BEFORE_2021.get(indicator, indicator) if year is not None else indicator


@lru_cache(maxsize=512)
def titled(indicator: str) -> str:
    """What the forms call it, for people: `（三）不予公开 · 总计`."""
    parts = next((summands(indicator, form) for form in FORMS if summands(indicator, form)), ())
    labels = [_LABELS[part] for part in parts if part in _LABELS]
    if not labels:
        return indicator
    row, column = labels[0]
    if len(labels) > 1:
        outer, _, inner = row.rpartition("/")
        row = outer if any(other.split("/")[-1] != inner for other, _ in labels) else row
        column = "法人或其他组织" if indicator.endswith(".legal_person") else column
    name = _ASIDE.sub("", row.rsplit("/", 1)[-1])
    if name == "（七）总计":  # of what, its column does not say
        name = row.replace("/", "")
    return f"{name} · {column}" if column not in ("统计数", "总计") else name


@lru_cache(maxsize=512)
def summands(indicator: str, form: str) -> tuple[str, ...]:
    """The indicators of a form whose sum it is; itself where the form has it."""
    table, _, rest = indicator.partition(".")
    if table == "review" and rest.startswith("litigation."):
        return tuple(f"review.{row}.{rest.partition('.')[2]}" for row in LAWSUITS)
    if table != "requests":
        return (indicator,)
    row, _, column = rest.rpartition(".")
    columns = LEGAL_PERSONS if column == "legal_person" else (column,)
    rows = [r for r in BY_TABLE[form, "requests"].rows if r == row or r.startswith(f"{row}.")]
    return tuple(f"requests.{r}.{c}" for r in rows for c in columns)


def readings(indicator: str) -> Sequence[Sequence[str]]:
    """Everything that a number said to be the indicator may rightly count, each a sum of indicators."""
    return [(indicator,), *_ALSO.get(indicator, _also(indicator))]


def _also(indicator: str) -> Sequence[Sequence[str]]:
    parts = indicator.split(".")
    if parts[0] == "requests":
        row, column = ".".join(parts[1:-1]), parts[-1]
        named = {r: f"requests.{r}.{column}" for r in (*OUTCOMES, "new", "carried_in", "total", "carried_out")}
        closed = [named[r] for r in OUTCOMES]
        if row in ("new", "total"):
            shorter = [closed[:n] for n in range(3, len(closed))]
            return [[named["new"]], [named["total"]], [named["new"], named["carried_in"]], *shorter]
        if row == "denied":
            return [closed[2:n] for n in range(4, 7)]
        if row == "disclosed":
            return [closed[:2]]
        if row in ("other", "not_processed"):
            return [closed[n:] for n in range(1, 5)]  # 予以公开5件，其他处理3件
    if parts[:2] == ["review", "litigation"]:
        return [[f"review.{row}.{parts[-1]}"] for row in LAWSUITS]
    if parts[0] == "proactive" and parts[-1] == "decisions":
        row = f"proactive.{parts[1]}"
        return [[f"{row}.previous"], [f"{row}.change"], [f"{row}.previous", f"{row}.change"]]
    if parts[0] == "proactive" and parts[-1] in ("made", "issued", "disclosed"):
        row = f"proactive.{parts[1]}"
        return [[f"{row}.{column}"] for column in ("made", "issued", "disclosed")]
    return []


_ALSO: Mapping[str, Sequence[Sequence[str]]] = {
    "statistics.requests.received": [["statistics.requests.closed"], ["statistics.requests.answered"]],
    "statistics.requests.answered": [["statistics.requests.received"], ["statistics.requests.closed"]],
}
