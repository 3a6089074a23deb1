"""Lists in JSON under names that nobody knows, read by their shape beside what a browser made of them. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from scrapy.http import TextResponse

from crawler.families.calls import asked, clean, day_of, onward, row_of, rows_from
from crawler.families.listing import Page, Row, json_of, number

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TURNED = re.compile(r"(?:cur(?:rent)?)?_?page_?(?:no|num|number|index)?|current|pn|p", re.I)  # names of a page's number
SIZED = re.compile(r"(?:page_?)?(?:size|limit|rows)|ps", re.I)
NO_TOTAL = re.compile(r"code|status|state|err|time|date|page|size|limit|current|version|id$", re.I)
DEEPEST = 6
FEW = 2  # addresses that come from an answer
MOST = 100_000  # rows that a list may say it has


@dataclass(frozen=True, kw_only=True)
class Template:
    """How the address of a row is made of one field of its object."""

    field: str
    before: str
    after: str


def learn(value: Any, urls: Collection[str]) -> Template | None:
    """How the addresses that a browser shows come from the objects of an answer; None if they do not."""
    votes: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)  # a state that all have is in one address
    for item in _items(value):
        for name, said in item.items():
            text = str(said) if isinstance(said, (str, int)) and not isinstance(said, bool) else ""
            for url in urls if text else ():
                before, found, after = url.rpartition(text)
                # digits of a state or a version are in every address somewhere: only a whole part of one counts
                whole = text[0] == "/" or (before.count("/") != 2 and not before[-1:].isalnum())
                if found and whole and not after[:1].isalnum():
                    votes[name, before, after].add(url)
    field, before, after = max(votes, key=lambda vote: (len(votes[vote]), -len(vote[1])), default=("", "", ""))
    if len(votes[field, before, after]) < min(len(set(urls)), FEW):
        return None
    return Template(field=field, before=before, after=after)


def recognises(response: TextResponse) -> bool:
    """Is it an answer to a call from which a page was seen to be made?"""
    return _template(response) is not None and bool(_items(json_of(response)))


def rows(response: TextResponse) -> list[Row]:
    """The objects of the longest array that has titles and dates."""
    template, found = _template(response), _items(json_of(response))
    if template is None or not found:
        return []
    title = _best(found, lambda said: len(CHINESE.findall(clean(said))))
    day = _best(found, lambda said: int(bool(day_of(said))))
    made = (
        row_of(response, f"{template.before}{item[template.field]}{template.after}", item.get(title), item.get(day))
        for item in found
        if item.get(template.field) not in (None, "")
    )
    return rows_from(response, made)


def next_pages(response: TextResponse) -> Iterator[Page]:
    """The same call with the following numbers in the field that numbers its page, if it has one."""
    fields = asked(response)
    fields |= {name: said for inner in [*fields.values()] if isinstance(inner, dict) for name, said in inner.items()}
    key = next((name for name, said in fields.items() if TURNED.fullmatch(name) and number(said) is not None), None)
    if key:
        size = next((said for name, said in fields.items() if SIZED.fullmatch(name)), None)
        found = len(_items(json_of(response)))
        first = min(number(fields[key]) or 0, 1)
        yield from onward(response, key, found=found, total=total(response), size=size, first=first)


def total(response: TextResponse) -> int | None:
    """The largest number beside the array that no other name fits."""
    return max(_beside(json_of(response)), default=None)


def _template(response: TextResponse) -> Template | None:
    found = response.meta.get("template") if response.request else None
    return found if isinstance(found, Template) else None


def _items(value: Any) -> list[dict[str, Any]]:
    """The longest array of objects of which each has a text in Chinese and most have a date."""
    best: list[dict[str, Any]] = []
    for found, _ in _arrays(value, ()):
        titled = all(any(isinstance(said, str) and CHINESE.search(said) for said in item.values()) for item in found)
        dated = sum(any(day_of(said) for said in item.values()) for item in found)
        if titled and dated * 2 >= len(found) > len(best):
            best = found
    return best


def _arrays(value: Any, above: tuple[Any, ...]) -> Iterator[tuple[list[dict[str, Any]], tuple[Any, ...]]]:
    if len(above) > DEEPEST:
        return
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        yield value, above
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        yield from _arrays(one, (*above, value))


def _beside(value: Any) -> Iterator[int]:
    own = _items(value)
    for found, above in _arrays(value, ()) if own else ():
        if found is own:
            for outer in (one for one in above if isinstance(one, dict)):
                said = ((name, number(one)) for name, one in outer.items() if not NO_TOTAL.search(name))
                yield from (count for _, count in said if count is not None and len(own) <= count < MOST)


def _best(found: list[dict[str, Any]], score: Any) -> str:
    """The field that has the most of something."""
    sums: Counter[str] = Counter()
    for item in found:
        for name, said in item.items():
            sums[name] += score(said)
    return max(sums, key=lambda name: sums[name])
