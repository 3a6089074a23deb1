"""A report as its author had it in mind: numbers that add up, the tables of the form, six sections of prose."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from archive.shown.printed import Cell, Printed, printed
from parsers.forms import APPLICANT_ORDER, BY_TABLE, INDICATORS

Number = int | float | None  # None: the square is blank
YEARS = {
    "2014": (2014, 2018),
    "fujian": (2009, 2018),
    "shanghai": (2008, 2014),
    "anhui": (2009, 2014),
    "2019": (2019, 2020),
    "2021": (2021, 2025),
}
# Rows of the statistics forms that are the sum of others: RULES.md, statistics_totals.
SUMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "2014": {
        "requests.received": ("in_person", "fax", "online", "letter"),
        "requests.closed": ("on_time", "extended"),
        "requests.answered.denied": (
            "requests.denied.state_secret",
            "requests.denied.trade_secret",
            "requests.denied.privacy",
            "requests.denied.security_stability",
            "requests.denied.not_government_information",
            "requests.denied.other_law",
        ),
        "requests.answered": (
            "already_public",
            "disclosed",
            "partly_disclosed",
            "denied",
            "not_this_organ",
            "does_not_exist",
            "asked_to_correct",
            "other_channel",
        ),
        "reconsideration.total": ("reconsideration.upheld", "reconsideration.corrected", "reconsideration.other"),
        "litigation.total": ("litigation.upheld", "litigation.corrected", "litigation.other"),
        "resources.staff": ("resources.staff_full_time", "resources.staff_part_time"),
    },
    "fujian": {
        "requests.received": ("in_person", "online", "letter_or_fax"),
        "requests.answered": ("disclosed", "partly_disclosed", "denied", "other"),
    },
    "shanghai": {
        "requests.received": ("in_person", "fax", "email", "online", "letter", "other"),
        "resources.staff": ("resources.staff_full_time", "resources.staff_part_time"),
    },
    "anhui": {
        "requests.received": ("in_person", "online_or_email", "letter_or_fax"),
        "requests.answered": ("disclosed", "partly_disclosed", "denied", "other"),
    },
}
HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
TABLES = {2: "proactive", 3: "requests", 4: "review"}  # section -> its table

_ORGANS = (
    "平阴县人民政府",
    "临沂市教育局",
    "平阴县玫瑰镇人民政府",
    "望城区自然资源局",
    "历下区泉城路街道办事处",
    "国家税务总局平阴县税务局",
)
_REGULATIONS = ("proactive.regulations.made", "proactive.regulations.issued")  # which none of these organs may make
_OUTER = ("new", "carried_in", "total", "carried_out")
_PROSE = (
    "本年度认真落实《中华人民共和国政府信息公开条例》，公开工作平稳有序。",
    "目录随事项调整，内容由专人核对后发布。",
    "申请由窗口统一登记，按规定期限答复。",
    "复议与应诉工作由法制机构承担。",
    "存在的问题是更新不够及时，下一步将加强培训。",
    "没有其他需要报告的事项。",
)


@dataclass(frozen=True, kw_only=True)
class Made:
    """One report and all that a reader must find in it."""

    form: str
    organ: str
    year: int
    values: Mapping[str, Number]  # every indicator of the form -> its number

    @property
    def title(self) -> str:
        return f"{self.organ}{self.year}年政府信息公开工作年度报告"

    @property
    def tables(self) -> dict[str, Printed]:
        """Table -> its cells as the form prints them."""
        own = [indicator for indicator in INDICATORS if indicator.form == self.form]
        return {p.table: p for p in printed(own, self.values.keys(), [self.form]) if p.found}

    def text(self, cell: Cell) -> str:
        """What a cell says."""
        return shown(self.values[cell.indicator]) if cell.kind == "square" else cell.text

    def prose(self, section: int) -> str:
        return _PROSE[section - 1]


def shown(number: Number) -> str:
    """A number as it is printed, a blank as nothing."""
    return "" if number is None else str(number)


def make(form: str, seed: int, *, largest: int = 60, zeros: float = 0.5) -> Made:
    """A report of a form in which everything adds up; the same seed gives the same report.

    `largest` is the largest count of one outcome, `zeros` the share of outcomes that are zero.
    """
    rng = random.Random(f"{form} {seed}")
    values: dict[str, Number] = {i.indicator: _count(rng, largest, zeros) for i in INDICATORS if i.form == form}
    if (form, "proactive") in BY_TABLE:
        values.update({i: _amount(rng) for i in values if i.endswith(("fees.amount", "procurement.amount"))})
        values.update({i: rng.randint(-40, 40) for i in values if i.endswith(".change")})
        values.update({i: 0 for i in _REGULATIONS if i in values})
        values.update(_flows(values))
        values.update(_requests(rng, form, largest, zeros))
        values.update(_review(rng, largest, zeros))
    if form in SUMS:
        values.update(_statistics(rng, form, values))
    return Made(form=form, organ=rng.choice(_ORGANS), year=rng.randint(*YEARS[form]), values=values)


def blanked(made: Made, share: float, seed: int) -> Made:
    """The report with a share of its squares left empty."""
    rng = random.Random(seed)
    return replace(made, values={i: None if rng.random() < share else n for i, n in made.values.items()})


def _count(rng: random.Random, largest: int, zeros: float) -> int:
    return 0 if rng.random() < zeros else rng.randint(1, largest)


def _amount(rng: random.Random) -> int | float:
    return rng.choice([0, rng.randint(1, 9000), round(rng.uniform(0.01, 9000), rng.randint(1, 6))])


def _flows(values: Mapping[str, Number]) -> dict[str, Number]:
    """Decisions that are not by chance the items that last year's and the change make together."""
    found: dict[str, Number] = {}
    for row in ("licensing", "other_services", "penalties", "coercion"):
        previous, change, decisions = (
            int(values.get(f"proactive.{row}.{column}") or 0) for column in ("previous", "change", "decisions")
        )
        if change and decisions in (previous + change, previous - change):
            found[f"proactive.{row}.decisions"] = previous + abs(change) + 1
    return found


def _requests(rng: random.Random, form: str, largest: int, zeros: float) -> dict[str, Number]:
    values: dict[str, int] = {}
    outcomes = [row for row in BY_TABLE[form, "requests"].rows if row not in _OUTER]
    for column in APPLICANT_ORDER[:-1]:
        counts = {row: _count(rng, largest, zeros) for row in outcomes}
        total, left, before = sum(counts.values()), _count(rng, largest, zeros), _count(rng, largest, zeros)
        before = min(before, total + left)
        counts |= {"total": total, "carried_out": left, "carried_in": before, "new": total + left - before}
        values.update({f"requests.{row}.{column}": n for row, n in counts.items()})
    for row in (*outcomes, *_OUTER):
        values[f"requests.{row}.total"] = sum(values[f"requests.{row}.{c}"] for c in APPLICANT_ORDER[:-1])
    return dict(values)


def _statistics(rng: random.Random, form: str, counts: Mapping[str, Number]) -> dict[str, Number]:
    values = dict(counts)
    table = BY_TABLE[form, "statistics"]
    for total, parts in SUMS[form].items():
        rows = [part if part in table.rows else f"{total}.{part}" for part in parts]
        for column in table.columns[total]:
            named = [values[table.indicators[row, column].indicator] or 0 for row in rows]
            values[table.indicators[total, column].indicator] = sum(named)
    for item in table.indicators.values():
        if item.unit in ("10k CNY", "CNY"):
            values[item.indicator] = rng.choice([0, rng.randint(1, 400), round(rng.uniform(0.1, 90), 2)])
    for (row, column), item in table.indicators.items():
        if column == "cumulative" and item.unit == "count":
            values[item.indicator] = (values[item.indicator] or 0) + (
                values[table.indicators[row, "value"].indicator] or 0
            )
    return values


def _review(rng: random.Random, largest: int, zeros: float) -> dict[str, Number]:
    values: dict[str, Number] = {}
    for row, columns in BY_TABLE["2019", "review"].columns.items():
        counts = {column: _count(rng, largest, zeros) for column in columns if column != "total"}
        values.update({f"review.{row}.{column}": n for column, n in counts.items()})
        values[f"review.{row}.total"] = sum(counts.values())
    return values
