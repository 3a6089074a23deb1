"""Which indicator a number in prose counts, or none: what is not said plainly is not bound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from parsers.prose.clauses import Number, Segment
from parsers.prose.meanings import FLOW, REVIEWS, SEVERAL, TIMES, TOPICS, Parts, indicator

COUNTS = frozenset({"requests.new.total", "requests.total.total"})  # whose parts the outcomes are
NARROWING = frozenset({"scope", "aside", "compared", "proactive"})
_CLEARED = (".repealed", ".in_force")
_NEAR = 4  # segments within which parts are told
_DEEPEST = 4  # brackets within brackets
_LISTS = frozenset("、和及与") | {"以及"}


class Bound(NamedTuple):
    """A number and what it counts."""

    indicator: str
    number: Number
    certain: bool  # False: it may count something near it, as notices published instead of decisions made


@dataclass
class _Context:
    """What the clauses before have said."""

    topic: str | None  # what is spoken of
    subject: str | None  # what the heading speaks of
    year: int | None
    caused: bool
    this_year: bool = False
    foreign: bool = False  # another organ or channel is spoken of, or years together
    other_year: bool = False  # another year is spoken of; no channel or semicolon ends it
    among: bool = False
    opened: bool = False  # a bracket opens behind the number
    whole: str | None = None  # the indicator that the parts belong to
    last: str | None = None  # the indicator of the last number, None if it was not bound
    counted: str | None = None  # the indicator that the requests themselves were counted as
    doubtful: bool = False  # whether that may be with what was carried over
    documents: bool = False  # documents were counted by how they may be disclosed
    spoiled: bool = False  # requests of some kind were counted
    pending: list[frozenset[str]] = field(default_factory=list)  # things listed that wait for their numbers
    taken: int = 0  # numbers ahead that have found their things


def bound(
    segments: Sequence[Segment],
    subject: str | None,
    year: int | None,
    organ: str,
    *,
    caused: bool,
    cleared: bool = False,
) -> Iterator[Bound]:
    """The numbers of one sentence that count an indicator.

    `subject` is what its heading speaks of; `caused` whether open government is named, which disputes are to be due to;
    `cleared` whether all documents in force were gone through, of years before as well.
    """
    numbers: list[Bound] = []
    context = _Context(topic=subject, subject=subject, year=year, caused=caused)
    outer: list[_Context] = []
    listed = False  # what was listed before is not all the organ's own: 配合市审批局回应和回复
    for position, segment in enumerate(segments):
        names = frozenset(name for name, _ in segment.cues)
        _time(context, segment)
        narrowed = bool(names & NARROWING or _other_carry(context, segment) or not _own(segment.residue, organ))
        narrowed = narrowed or listed
        listed = narrowed and segment.number is None and segment.closing in _LISTS
        if "among" in names:
            context.among, context.whole = True, context.last
        if segment.number is None:
            _without_number(context, names, segment, narrowed)
        else:
            context.opened = segment.closing in ("(", "（")
            for found in _with_number(context, names, segment.number, segments[position + 1 :], narrowed):
                numbers.append(found)
                yield found._replace(certain=False) if cleared and found.indicator.endswith(_CLEARED) else found
        if segment.closing in ("(", "（") and len(outer) < _DEEPEST:
            outer.append(replace(context, pending=[]))
            context.foreign = context.foreign or narrowed
            context.among, context.whole = True, context.last
        elif segment.closing in (")", "）") and outer:
            context = outer.pop()
        elif segment.closing == "。":  # 其中 follows
            context.last = numbers[0].indicator if len(numbers) == 1 else SEVERAL
            context.foreign = context.foreign or any(n.indicator not in FLOW for n in numbers[1:])
            context.pending = []
        elif segment.closing in (";", "；"):
            context.among, context.foreign, context.whole, context.pending = False, False, None, []


def _time(context: _Context, segment: Segment) -> None:
    compared = False
    for name, words in segment.cues:
        compared = compared or name == "compared"
        if name == "year" and not compared:
            context.other_year = context.year is not None and int(words[:4]) != context.year
            context.foreign, context.this_year = False, not context.other_year
        elif name == "all_year":
            context.other_year, context.this_year = False, True
        elif name == "since" and not context.this_year:
            context.foreign = True


def _other_carry(context: _Context, segment: Segment) -> bool:
    """Whether something was carried over from another year than the last."""
    years = [int(words[:4]) for name, words in segment.cues if name == "carried_in" and words[0] == "2"]
    return any(context.year is not None and year != context.year - 1 for year in years)


def _own(residue: str, organ: str) -> bool:
    """Whether what stands beside the words is the organ's own name, in full or shortened."""
    characters = iter(organ)
    return all(c in characters for c in residue)


def _topic(names: frozenset[str], context: _Context) -> str | None:
    topics = names & TOPICS
    if len(topics) > 1:
        return None
    if topics:
        return next(iter(topics))
    return context.topic


def _without_number(context: _Context, names: frozenset[str], segment: Segment, narrowed: bool) -> None:
    if names & TOPICS:
        topic = _topic(names, context)
        if topic != context.topic:
            context.topic, context.among, context.whole, context.last = topic, False, None, None
    if "scope" in names and not names & {"each", "compared"}:
        context.foreign = "every_channel" not in names
    if segment.closing in _LISTS and not narrowed and names - TIMES:
        context.pending.append(names)
    elif segment.closing not in ("", ":"):
        context.pending = []


def _with_number(
    context: _Context, names: frozenset[str], number: Number, rest: Sequence[Segment], narrowed: bool
) -> Iterator[Bound]:
    narrowed = narrowed or ("legal_person" in names and _has(rest[:1], "other_applicant"))  # 法人3件，其他组织2件
    listed, context.pending = context.pending, []
    if context.taken:
        context.taken -= 1
        return
    topic = _topic(names, context)
    if names & TOPICS and topic != context.topic:
        context.topic, context.among, context.whole = topic, "among" in names, None
    if narrowed or context.foreign or context.other_year:
        context.last = None
        context.documents = context.documents or "proactive" in names
        context.spoiled = context.spoiled or bool(names & {"received", "answered", "closed", "handled", "request"})
        return
    if listed:
        yield from _listed(context, [*listed, names], number, rest)
        context.last = None
        return
    found = _meaning(names, topic, context, number)
    context.last = found[0] if found else None
    if not found:
        return
    name, certain = found
    context.counted = name if _counts(found) else context.counted
    if name in COUNTS:
        context.doubtful = _with_carried(rest, context.among or context.opened)
    doubtful = context.doubtful and name.startswith(("requests.new.", "requests.total."))
    yield Bound(name, number, certain and not doubtful)


def _has(segments: Iterable[Segment], name: str) -> bool:
    return any(name == one for segment in segments for one, _ in segment.cues)


def _with_carried(rest: Sequence[Segment], among: bool) -> bool:
    """Whether what was carried over may be a part of the number before: 收到7件（含上年结转2件）."""
    for segment in rest[:_NEAR]:
        among = among or _has([segment], "among")
        if segment.number and (not among or _has([segment], "carried_in")):
            return among
        if segment.closing in (";", "；", ")", "）", "。"):
            break
    return False


def _counts(found: tuple[str, bool]) -> bool:
    """Whether requests were counted, not only named: 依申请公开3件 may be documents."""
    return found[0] in COUNTS and (found[1] or found[0] != "requests.new.total")


def _listed(
    context: _Context, several: list[frozenset[str]], number: Number, rest: Sequence[Segment]
) -> Iterator[Bound]:
    """`行政复议、行政诉讼均为0`, `分别为3件、2件`; other numbers count the things together."""
    numbers = [number]
    if "respectively" in several[-1]:
        for segment in rest:
            if not segment.number or segment.cues or segment.residue:
                break
            numbers.append(segment.number)
        context.taken = len(numbers) - 1
    elif "each" in several[-1] or not number.value:
        numbers *= len(several)
    if len(numbers) != len(several):
        return
    for names, one in zip(several, numbers, strict=True):
        found = _meaning(names, _topic(names, context), context, one)
        if found:
            yield Bound(found[0], one, found[1])


def _meaning(names: frozenset[str], topic: str | None, context: _Context, number: Number) -> tuple[str, bool] | None:
    if context.spoiled if topic == "request" else topic in REVIEWS and not context.caused:
        return None
    whole = context.whole or context.counted
    parts = Parts(context.among, whole, bool(context.counted), topic == context.subject, context.last)
    found = indicator(names, topic, number.unit, parts)
    return None if context.documents and found and found[0] in COUNTS and not _counts(found) else found
