"""Whether a report says whose it is and of which year."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.records import Finding, Verdict
from parsers.checks.rule import Evidence, Rule
from parsers.identity import Identity
from parsers.regions import CENTRAL

_MINISTRY = re.compile("(?:总署|总局|(?<!宣传)(?<!组织)(?<!统战)(?<!武装)部)$")  # names no place, and needs none


def year_named(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    if evidence.identity is None:
        return
    if evidence.year is None:
        zh, en = "没有写明是哪一年的报告。", "Nothing says which year the report is of."
        yield rule.finding(*_headless(evidence.identity, zh, en))
    else:
        yield rule.passed([])


def _headless(found: Identity, zh: str, en: str) -> tuple[Verdict, list[str], str, str]:
    """That something is not said; a copy without a title lost its head, and the report may well have said it."""
    if not found.headless:
        return "WARN", [], zh, en
    return "NOT_ASSESSABLE", [], f"文件没有标题，可能缺了开头：{zh}", f"It has no title, and may lack its head: {en}"


def organ_resolved(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    found = evidence.identity
    if found is None:
        return
    if not found.organ:
        yield rule.finding(*_headless(found, "没有写明是哪个机关的报告。", "Nothing says whose report it is."))
    elif found.region is None and not CENTRAL.match(found.organ) and not _MINISTRY.search(found.organ):
        codes = "、".join(c.value for c in found.candidates if c.field == "division")
        if codes:
            zh, en = f"可能在几个同名的地方（{codes}）", f"may lie in several places of one name ({codes})"
        else:
            zh, en = "不知道在哪个行政区划", "lies in no division that is known"
        # No fault of the report: readers know what the list of divisions and the source did not tell us.
        yield rule.finding("INFO", [], f"“{found.organ}”{zh}。", f"{found.organ} {en}.", evidence=found.organ)
    elif any(c.field == "division" and c.source == "zone" for c in found.candidates) and found.region:
        where, name = found.region.county or found.region.city, found.organ
        yield rule.finding(
            "INFO",
            [],
            f"“{name}”没有自己的行政区划代码，按名称归入{where}（{found.region.code}）：以此为名的县级区划只有这一个。",
            f"{name} has no code of its own; it is put into {where}, the only division of that name.",
            evidence=name,
        )
    else:
        yield rule.passed([])


RULES = (
    Rule(
        name="year_named",
        version=2,
        zh="报告写明是哪一年的",
        en="The report says which year it is of",
        source="《政府信息公开条例》第四十九条",
        check=year_named,
    ),
    Rule(
        name="organ_resolved",
        version=2,
        zh="报告写明是哪个机关的，其行政区划可以确定",
        en="The report says whose it is, and the organ's division can be told",
        source="《政府信息公开条例》第四十九条",
        check=organ_resolved,
    ),
)
