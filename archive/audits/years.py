"""What a report takes over from that of the year before: open requests, documents in force, stocks of items."""

from __future__ import annotations

from functools import partial

from archive.audits.chains import Chain, Chains, Link
from archive.audits.rule import AND_THE_NEXT_YEAR, COULD_CHAIN, Audit
from archive.records import Finding

APPLICANTS = ("natural_person", "business", "research", "social_welfare", "legal_service", "other", "total")
CARRIED = tuple(Chain(actual=f"requests.carried_in.{a}", before=(f"requests.carried_out.{a}",)) for a in APPLICANTS)
IN_FORCE = tuple(
    Chain(actual=f"{row}.in_force", before=(f"{row}.in_force",), added=(f"{row}.issued",), taken=(f"{row}.repealed",))
    for row in ("proactive.regulations", "proactive.normative_documents")
)
PREVIOUS = tuple(
    Chain(actual=f"{row}.previous", before=(f"{row}.previous", f"{row}.change"))
    for row in (f"proactive.{stock}" for stock in ("licensing", "other_services", "penalties", "coercion", "fees"))
)


def _differs(rule: Audit, link: Link) -> Finding:
    _, expected, actual = link.weighed
    return rule.finding(
        "FAIL",
        link.chain.indicators,
        f"{link.label}：按 {link.before.year} 年的报告应为 {expected}，{link.at.year} 年的报告为 {actual}。",
        f"{link.chain.actual}: {expected} by the report of {link.before.year}, but {actual} in that of {link.at.year}.",
        expected=expected,
        actual=actual,
    )


def _decrease(link: Link) -> int | float | None:
    """What a change without its sign makes of the stock, if that is what the next report says."""
    actual, previous, change = (square.value or 0 for square in link.squares)
    return actual if change > 0 and actual == previous - change else None


def _stock(rule: Audit, link: Link) -> Finding | None:
    return _differs(rule, link) if _decrease(link) is None else None


def _unsigned(rule: Audit, link: Link) -> Finding | None:
    if _decrease(link) is None:
        return None
    actual, previous, change = (square.value for square in link.squares)
    return rule.finding(
        "WARN",
        link.chain.indicators,
        f"{link.label}：{link.before.year} 年的报告为 {previous}、增减 {change}，{link.at.year} 年的报告为 {actual}："
        "只有把增减看作减少才相符，可能漏写了负号。",
        f"{link.chain.actual}: {previous} with a change of {change} in {link.before.year}, {actual} in {link.at.year}:"
        " that fits only if the change is a decrease that lost its sign.",
        expected=link.weighed.expected,
        actual=actual,
    )


_STOCKS = partial(Chains, table="proactive_2019", chains=PREVIOUS, zh="上一年项目数量", en="items of the year before")

RULES = (
    Audit(
        name="carry_over",
        version=1,
        zh="每一列：上一年的结转下年度继续办理＝本年的上年结转",
        en="In every column: what the year before carried over = what this year took over",
        source="国办公开办函〔2019〕60号、〔2021〕30号 表三",
        check=Chains(table="requests", chains=CARRIED, tell=_differs, zh="上年结转", en="requests carried in"),
        could=COULD_CHAIN.format(table="requests"),
        reach=AND_THE_NEXT_YEAR,
    ),
    Audit(
        name="in_force_chain",
        version=1,
        zh="现行有效件数＝上一年的现行有效件数＋本年制发件数－本年废止件数",
        en="Documents in force = those of the year before + issued - repealed",
        source="国办公开办函〔2021〕30号 表二",
        check=Chains(
            table="proactive_2021", chains=IN_FORCE, tell=_differs, zh="现行有效件数", en="documents in force"
        ),
        could=COULD_CHAIN.format(table="proactive_2021"),
        reach=AND_THE_NEXT_YEAR,
    ),
    Audit(
        name="previous_chain",
        version=1,
        zh="上一年项目数量＝上一年报告的上一年项目数量＋其本年增减",
        en="Items of the year before = those that its report began with + its change",
        source="国办公开办函〔2019〕60号 表二",
        check=_STOCKS(tell=_stock),
        could=COULD_CHAIN.format(table="proactive_2019"),
        reach=AND_THE_NEXT_YEAR,
    ),
    Audit(
        name="unsigned_decrease",
        version=1,
        zh="减少的项目应带负号：增减只有看作减少才与下一年相符",
        en="A decrease has its sign: a change fits the next year only as a decrease",
        source="国办公开办函〔2019〕60号 表二",
        check=_STOCKS(tell=_unsigned, blanks=False),
        could=COULD_CHAIN.format(table="proactive_2019"),
        reach=AND_THE_NEXT_YEAR,
    ),
)
