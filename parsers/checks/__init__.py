"""Does it add up, inside one report: one function a rule, all of them listed here."""

from __future__ import annotations

from collections import Counter

from archive.records import Finding
from parsers.checks import (
    counts,
    deadline,
    headings,
    identity,
    located,
    missing,
    named,
    proactive,
    prose,
    prose_sums,
    readings,
    recognised,
    second,
    statistics,
    structure,
    tables,
)
from parsers.checks.rule import Evidence, Rule

RULES: tuple[Rule, ...] = (
    *tables.RULES,
    *statistics.RULES,
    *located.RULES,
    *missing.RULES,
    *second.RULES,
    *structure.RULES,
    *counts.RULES,
    *proactive.RULES,
    *readings.RULES,
    *recognised.RULES,
    *prose.RULES,
    *prose_sums.RULES,
    *identity.RULES,
    *named.RULES,
    *headings.RULES,
    *deadline.RULES,
)


def check(evidence: Evidence) -> tuple[tuple[Finding, ...], tuple[tuple[str, int], ...]]:
    """All findings that are no PASS, in the order of the rules, and the number of PASS verdicts by rule."""
    findings: list[Finding] = []
    passed: Counter[str] = Counter()
    for rule in RULES:
        for finding in rule.check(rule, evidence):
            if finding.verdict == "PASS":
                passed[rule.name] += 1
            else:
                findings.append(finding)
    return tuple(findings), tuple(passed.items())
