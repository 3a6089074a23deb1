"""Sums inside tables three and four."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from archive.records import Extra, Finding
from parsers.checks.rule import Evidence, Rule, balance, label
from parsers.forms import APPLICANT_ORDER, BY_TABLE, Form

_NOT_OUTCOMES = ("new", "carried_in", "total", "carried_out")
_PRINTED = "国办公开办函〔2019〕60号、〔2021〕30号 表三：第一项加第二项之和，等于第三项加第四项之和"


def _requests(evidence: Evidence) -> Form | None:
    return None if evidence.is_blank("requests") else evidence.form("requests")


def _extras(evidence: Evidence, head: str) -> list[Extra]:
    """What rows that the form does not have say of one kind of applicant."""
    return [extra for extra in evidence.extras if extra.within == "requests" and extra.head == head]


@lru_cache(maxsize=8)
def _heads(form: str) -> tuple[str, ...]:
    """What the columns of table three are called."""
    return tuple(label(BY_TABLE[form, "requests"], "new", c).rsplit(" · ", 1)[-1] for c in APPLICANT_ORDER)


def flow_balance(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    if form := _requests(evidence):
        squares = (form.squares[row] for row in _NOT_OUTCOMES)
        for column, name, *four in zip(APPLICANT_ORDER, _heads(form.form), *squares, strict=True):
            yield balance(
                rule,
                evidence,
                four[:2],
                four[2:],
                f"{name}：新收＋上年结转＝办理结果总计＋结转下年",
                f"{column.replace('_', ' ')}: received + carried in = results + carried out",
                _extras(evidence, name),
            )


def outcome_total(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    if form := _requests(evidence):
        outcomes = [row for row in form.rows if row not in _NOT_OUTCOMES]
        squares = zip(*(form.squares[row] for row in outcomes), strict=True)
        totals = form.squares["total"]
        for column, name, parts, total in zip(APPLICANT_ORDER, _heads(form.form), squares, totals, strict=True):
            yield balance(
                rule,
                evidence,
                parts,
                [total],
                f"{name}：各项办理结果之和＝（七）总计",
                f"{column.replace('_', ' ')}: sum of the outcomes = total",
                _extras(evidence, name),
            )


def row_total(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    if form := _requests(evidence):
        for row in form.rows:
            *parts, total = form.squares[row]
            if total not in evidence.facts:
                continue  # missing_row says so
            yield balance(
                rule,
                evidence,
                parts,
                [total],
                f"{label(form, row)}：各类申请人之和＝总计",
                f"requests.{row}: sum over applicants = total",
            )


def review_total(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    form = evidence.form("review")
    if form is None or evidence.is_blank("review"):
        return
    for row in form.rows:
        yield balance(
            rule,
            evidence,
            [f"review.{row}.{column}" for column in form.columns[row] if column != "total"],
            [f"review.{row}.total"],
            f"{label(form, row)}：各项结果之和＝总计",
            f"review.{row}: sum of the outcomes = total",
        )


RULES = (
    Rule(
        name="flow_balance",
        version=1,
        zh="每一列：本年新收＋上年结转＝办理结果总计＋结转下年度继续办理",
        en="In every column: received + carried in = results + carried out",
        source=_PRINTED,
        check=flow_balance,
    ),
    Rule(
        name="outcome_total",
        version=1,
        zh="每一列：（一）至（六）各项之和＝（七）总计",
        en="In every column: the outcomes (1) to (6) add up to (7) total",
        source="国办公开办函〔2019〕60号、〔2021〕30号 表三",
        check=outcome_total,
    ),
    Rule(
        name="row_total",
        version=1,
        zh="每一行：自然人与五类法人或其他组织之和＝总计",
        en="In every row: the six kinds of applicants add up to the total",
        source="国办公开办函〔2019〕60号、〔2021〕30号 表三",
        check=row_total,
    ),
    Rule(
        name="review_total",
        version=1,
        zh="复议、直接起诉、复议后起诉：维持、纠正、其他、未审结之和＝总计",
        en="Reconsideration and both kinds of lawsuits: the four outcomes add up to the total",
        source="国办公开办函〔2019〕60号、〔2021〕30号 表四",
        check=review_total,
    ),
)
