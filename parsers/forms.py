"""The statutory forms, read from `forms/*.csv` once, and the words by which their rows and columns are known."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from archive.records import Indicator
from parsers.labels import key

FORMS = ("2019", "2021")
TABLES = ("proactive", "requests", "review")
STATISTICS_FORMS = ("2014", "fujian", "shanghai", "anhui")  # of before 2019: one row an indicator

# Other words for the same row or column, seen on real pages (FORMS b5, b6).
ROW_ALIASES = {
    "proactive": {"行政规范性文件": "normative_documents", "规范性文件": "normative_documents"},
    "requests": {
        "其他法律法规禁止公开": "denied.prohibited_by_law",
        "法律行政法规禁止公开": "denied.prohibited_by_law",
        "办理结果总计": "total",
        "合计": "total",
        "本年新收申请数量": "new",
        "上年结转申请数量": "carried_in",
        "结转下年继续办理": "carried_out",
        "结转下年度办理": "carried_out",
        "申请人无正当理由逾期不补正": "other.not_corrected",
        "申请人逾期未按收费通知要求缴纳费用": "other.fee_unpaid",
    },
    "review": {},
}
COLUMN_ALIASES = {"合计": "total"}
APPLICANT_ALIASES = {"个人": "natural_person", "公民": "natural_person", "公民个人": "natural_person"}


@dataclass(frozen=True, kw_only=True)
class Form:
    """One table of one form: its rows and columns in printed order."""

    form: str
    table: str
    rows: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]  # row -> its columns
    indicators: Mapping[tuple[str, str], Indicator]  # (row, column) -> indicator

    @cached_property
    def squares(self) -> Mapping[str, tuple[str, ...]]:
        """Row -> the indicators of its squares, in the order of its columns."""
        return {
            row: tuple(self.indicators[row, column].indicator for column in columns)
            for row, columns in self.columns.items()
        }

    @cached_property
    def every(self) -> frozenset[str]:
        """The indicators of all its squares."""
        return frozenset(indicator for squares in self.squares.values() for indicator in squares)


def _load(form: str) -> tuple[Indicator, ...]:
    path = Path(__file__).parent / "forms" / f"{form}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(Indicator(**row) for row in csv.DictReader(lines))


def _form(form: str, table: str, indicators: tuple[Indicator, ...]) -> Form:
    own = [i for i in indicators if i.form == form and i.table == table]
    columns: dict[str, list[str]] = {}
    for item in own:
        columns.setdefault(item.row, []).append(item.column)
    return Form(
        form=form,
        table=table,
        rows=tuple(columns),
        columns={row: tuple(names) for row, names in columns.items()},
        indicators={(i.row, i.column): i for i in own},
    )


def _row_words(table: str) -> dict[str, str]:
    words = {key(i.row_label.rsplit("/", 1)[-1]): i.row for i in INDICATORS if i.table == table}
    return words | ROW_ALIASES[table]


INDICATORS: tuple[Indicator, ...] = tuple(i for form in (*STATISTICS_FORMS, *FORMS) for i in _load(form))
BY_TABLE: Mapping[tuple[str, str], Form] = {
    (form, table): _form(form, table, INDICATORS)
    for form, table in dict.fromkeys((i.form, i.table) for i in INDICATORS)
}
TABLE_OF: Mapping[str, str] = {i.indicator: i.table for i in INDICATORS}
UNITS: Mapping[tuple[str, str], str] = {(i.form, i.indicator): i.unit for i in INDICATORS}

# Row words: the innermost official label, as a key -> row. "其他" means a row only below （六）其他处理.
PROACTIVE_ROWS = _row_words("proactive")
REQUEST_ROWS = {word: row for word, row in _row_words("requests").items() if word != "其他"}
REQUEST_GROUPS = ("本年度办理结果", "不予公开", "无法提供", "不予处理")
APPLICANTS = {key(i.column_label): i.column for i in INDICATORS if i.table == "requests"}
APPLICANTS |= COLUMN_ALIASES | APPLICANT_ALIASES
APPLICANT_ORDER = BY_TABLE["2019", "requests"].columns["new"]
OUTCOMES = {key(i.column_label): i.column for i in INDICATORS if i.table == "review"} | COLUMN_ALIASES
REVIEW_GROUPS = {
    "行政复议": "reconsideration",
    "未经复议直接起诉": "litigation_direct",
    "复议后起诉": "litigation_after_reconsideration",
}
REVIEW_ORDER = tuple((row, column) for row, column in BY_TABLE["2019", "review"].indicators)


@lru_cache(maxsize=64)
def column_words(form: str, row: str) -> Mapping[str, str]:
    """Column labels, as keys, of one row of table two -> column."""
    table = BY_TABLE[form, "proactive"]
    return {key(i.column_label): i.column for (r, _), i in table.indicators.items() if r == row}


PROACTIVE_COLUMN_WORDS = frozenset(
    word for form in FORMS for row in BY_TABLE[form, "proactive"].rows for word in column_words(form, row)
)
