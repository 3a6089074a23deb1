"""What a crawl wrote down of a source, said in the reader's language; with the words that the crawler itself makes."""

from __future__ import annotations

import re

import pytest
from jinja2 import Environment

from archive.health import Run, shrunk
from archive.records import Source
from crawler.report import unread
from crawler.spiders import front
from tests.plugins import plugin

SAID = (
    "HTTP 404",
    "host name not found",
    "www.example.gov.cn gave nothing for 10 addresses in a row, the last: connection refused",
    "http://x says to come back in 3600 seconds (Retry-After), more than 120",
    "robots.txt could not be had: HTTP 503",
    "robots.txt asks for 300 seconds between requests, more than 120",
    "forbidden by robots.txt",
    "no answer in time",
    "too large",
    "too large: more than 8 MB",
    "too large: more than 10000 links",
    "its certificate does not hold",
    "robots.txt could not be had: it breaks off",
    "blocked (jsl)",
    "moved: its address leads to http://x/, the front page",
    "not a page: application/pdf",
    "no platform family recognises the page",
    "the list has no rows",
    "none of 9 rows gave a page that may be a report",
    "none of 9 rows gave a page that may be a report; 8 were blocked (jsl)",
    f"{front.NONE} in 60 pages; more than 60 pages",
    f"{front.NONE}; it was searched 3 days ago, and will be again after 7",
    "complete",
    "incomplete (3, 10)",
    "incomplete (more than 40 pages)",
    "incomplete (3, 10); interrupted",
    "incomplete (more than 200 list pages)",
    "incomplete (more than 600 columns)",
    "3 of 10 rows",
    "more than 2.5 MB",
    "more than 30 minutes",
    "none of 9 pages that were read is a report",
    "8 pages under the title of a report hold none",
    "1 of 5 new reports have numbers, before 5 of 5; 1 of 5 new reports add up, before 5 of 5",
    "interrupted",
    "working hours in China",
)
KEPT = re.compile(r"robots\.txt|Retry-After|HTTP|MB|https?://\S*|www\.\S+|application/pdf|jsl")


WORDS, PROBLEMS = plugin("words"), plugin("problems")
ENV = Environment(autoescape=True)
WORDS.prepare_jinja2_environment(ENV)
PROBLEMS.prepare_jinja2_environment(ENV)


def told(text: str, language: str) -> str:
    with WORDS.speaking(language):
        return str(ENV.globals["problem"](text))  # type: ignore[operator]


@pytest.mark.parametrize("text", SAID)
def test_a_problem_is_told_in_both_languages(text: str) -> None:
    assert told(text, "zh") != text
    assert not re.search("[A-Za-z]", KEPT.sub("", told(text, "zh")))
    assert told(text, "en") == text.replace(
        "incomplete (3, 10)", "incomplete (3 of the 10 rows that it says there are)"
    )


def test_every_word_has_a_problem() -> None:
    used = {name for name, pattern in PROBLEMS.PROBLEMS.items() for text in SAID if pattern.search(text)}
    assert used >= PROBLEMS.PROBLEMS.keys() - {"less", "less_rows", "less_seen"}


def test_what_the_crawler_and_the_archive_say_themselves() -> None:
    runs = [Run(f"2026010{day}000000", f"2026010{day}010000", *counts) for day, counts in ((1, (40, 30)), (2, (9, 3)))]
    found = shrunk(runs)
    assert found
    assert told(found[0], "zh") == "列表 9 行，从前 40 行，可能是报告的网页 3 页，从前 30 页"
    source = Source(id="x", organ="甲", division="", level="county", url="http://x/")
    (result,) = unread((source,), "working hours in China")
    assert told(result.failed, "zh") == "中国的工作时间"


def test_what_nobody_foresaw_stays_as_it_is() -> None:
    assert (
        told("our mistake in reading http://x/: ValueError()", "zh") == "our mistake in reading http://x/: ValueError()"
    )
    assert told("", "zh") == ""
