"""What a crawl wrote down of a source that it could not read, or not whole, in the reader's language."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import Environment
from pluggy import HookimplMarker

hookimpl = HookimplMarker("datasette")

# Name in words/*/coverage.yaml -> as the crawler and archive/health.py have it; `why` is a problem again. What none of
# them knows stays as it is.
PROBLEMS = {
    name: re.compile(pattern, re.DOTALL)
    for name, pattern in {
        "several": r"(?P<first>.+?); (?P<why>.+)",
        "in_a_row": r"(?P<server>\S+) gave nothing for (?P<n>\d+) addresses in a row, the last: (?P<why>.+)",
        "come_back": r"(?P<server>\S+) says to come back in (?P<n>\d+) seconds \(Retry-After\),"
        r" more than (?P<most>\d+)",
        "robots_gone": r"robots\.txt could not be had: (?P<why>.+)",
        "robots_slow": r"robots\.txt asks for (?P<n>\d+) seconds between requests, more than (?P<most>\d+)",
        "robots_no": r"forbidden by robots\.txt",
        "http": r"HTTP (?P<n>\d+)",
        "no_name": r"host name not found",
        "no_connection": r"connection refused",
        "no_answer": r"no answer in time",
        "too_large": r"too large",
        "too_large_by": r"too large: (?P<why>.+)",
        "certificate": r"its certificate does not hold",
        "breaks_off": r"it breaks off",
        "wall": r"blocked \((?P<kind>\w+)\)",
        "walls": r"(?P<n>\d+) were blocked \((?P<kind>\w+)\)",
        "moved": r"moved: its address leads to (?P<url>\S+), the front page",
        "no_page": r"not a page: (?P<kind>.+)",
        "no_family": r"no platform family recognises the page",
        "no_rows": r"the list has no rows",
        "no_reports": r"none of (?P<n>\d+) rows gave a page that may be a report",
        "no_column": r"no column of annual reports was found from its front page in (?P<n>\d+) pages",
        "searched": r"no column of annual reports was found from its front page; it was searched (?P<n>\d+) days ago,"
        r" and will be again after (?P<after>\d+)",
        "complete": r"complete",
        "fewer": r"incomplete \((?P<n>\d+), (?P<of>\d+)\)",
        "incomplete": r"incomplete \((?P<why>.+)\)",
        "rows_lacking": r"(?P<n>\d+) of (?P<of>\d+) rows",
        "pages": r"more than (?P<n>\d+) pages",
        "list_pages": r"more than (?P<n>\d+) list pages",
        "columns": r"more than (?P<n>\d+) columns",
        "megabytes": r"more than (?P<n>[\d.]+) MB",
        "links": r"more than (?P<n>\d+) links",
        "minutes": r"more than (?P<n>[\d.]+) minutes",
        "less": r"(?P<first>\d+ rows, before [\d.]+), (?P<why>\d+ pages .+)",
        "less_rows": r"(?P<n>\d+) rows, before (?P<before>[\d.]+)",
        "less_seen": r"(?P<n>\d+) pages that may be reports, before (?P<before>[\d.]+)",
        "none_read": r"none of (?P<n>\d+) pages that were read is a report",
        "hollow": r"(?P<n>\d+) pages under the title of a report hold none",
        "filled": r"(?P<n>\d+) of (?P<of>\d+) new reports have numbers, before (?P<before>\d+) of (?P<all>\d+)",
        "passed": r"(?P<n>\d+) of (?P<of>\d+) new reports add up, before (?P<before>\d+) of (?P<all>\d+)",
        "interrupted": r"interrupted",
        "working_hours": r"working hours in China",
    }.items()
}
LAST = "several"  # only where no other says it all: `searched` has a semicolon of its own


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """`problem(text)` for templates."""

    def problem(text: str) -> str:
        for name in sorted(PROBLEMS, key=lambda name: name == LAST):
            if found := PROBLEMS[name].fullmatch(text):
                parts = found.groupdict()
                parts |= {part: problem(parts[part]) for part in ("why", "first") if part in parts}
                t: Any = env.globals["t"]
                return str(t(f"problem.{name}", **parts))
        return text

    env.globals["problem"] = problem
