"""Sums inside the statistics tables of before 2019, the national one and those of provinces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archive.records import Finding
from parsers.checks.rule import Evidence, Rule, balance, label
from parsers.forms import Form

# Total -> its parts, in every form; a form has of them what its file has.
SUMS: Mapping[str, tuple[str, ...]] = {
    "requests.received": (
        "requests.received.in_person",
        "requests.received.fax",
        "requests.received.email",
        "requests.received.online",
        "requests.received.online_or_email",
        "requests.received.letter",
        "requests.received.letter_or_fax",
        "requests.received.other",
    ),
    "requests.closed": ("requests.closed.on_time", "requests.closed.extended"),
    "requests.answered": (
        "requests.answered.already_public",
        "requests.answered.disclosed",
        "requests.answered.partly_disclosed",
        "requests.answered.denied",
        "requests.answered.not_this_organ",
        "requests.answered.does_not_exist",
        "requests.answered.asked_to_correct",
        "requests.answered.other_channel",
        "requests.answered.other",
    ),
    "requests.answered.denied": (
        "requests.denied.state_secret",
        "requests.denied.trade_secret",
        "requests.denied.privacy",
        "requests.denied.security_stability",
        "requests.denied.not_government_information",
        "requests.denied.other_law",
    ),
    "reconsideration.total": ("reconsideration.upheld", "reconsideration.corrected", "reconsideration.other"),
    "litigation.total": ("litigation.upheld", "litigation.corrected", "litigation.other"),
    "resources.staff": ("resources.staff_full_time", "resources.staff_part_time"),
}
# Shanghai's form nests its answers and reasons in another way, with notes that say which of them overlap.
_NESTED = ("requests.answered", "requests.answered.denied")


def statistics_totals(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    form = evidence.form("statistics")
    if form is None or evidence.is_blank("statistics"):
        return
    extras = [extra for extra in evidence.extras if extra.within == "statistics"]
    for total, parts in SUMS.items():
        rows = _parts(form, total, parts)
        for column in form.columns.get(total, ()) if rows else ():
            name = label(form, total)
            yield balance(
                rule,
                evidence,
                [form.indicators[row, column].indicator for row in rows],
                [form.indicators[total, column].indicator],
                f"{name}：各项之和＝总数",
                f"{total}: sum of its parts = total",
                [extra for extra in extras if extra.head == form.indicators[total, column].column_label],
            )


def _parts(form: Form, total: str, parts: tuple[str, ...]) -> list[str]:
    if "requests.answered.refused" in form.rows and total in _NESTED:
        return []
    return [row for row in parts if row in form.rows]


RULES = (
    Rule(
        name="statistics_totals",
        version=1,
        zh="2018 年以前的统计表：申请、办结、答复、不同意公开、复议、诉讼、人员各等于其分项之和",
        en="Statistics tables of before 2019: requests, closed, answered, denied, reviews, lawsuits and staff add up",
        source="国办发〔2014〕32号 政府信息公开情况统计表；福建、上海、安徽的统计表",
        check=statistics_totals,
    ),
)
