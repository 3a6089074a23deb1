"""How a report is cited: GB/T 7714 and BibTeX, with the digest of the capture, and its rows as CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Whole = Mapping[str, Any]  # as whole.as_json makes it

COLUMNS = """record indicator label value unit state raw method table row column rule verdict expected actual
    judgement text""".split()
# BibTeX counts braces even behind a backslash.
_TEX = str.maketrans(
    {c: f"\\{c}" for c in "%#&$_"}
    | {"\\": "{\\textbackslash}", "{": "{\\textbraceleft}", "}": "{\\textbraceright}"}
    | {"~": "{\\textasciitilde}", "^": "{\\textasciicircum}"}
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def gb_t_7714(report: Mapping[str, Any], permanent: str) -> str:
    """As GB/T 7714-2015 has electronic resources: organ, title, when published and captured, where."""
    captured = _day(report["timestamp"])
    published = f"({report['published']})" if report["published"] else ""
    title = " ".join(report["title"].split())
    return (
        f"{report['organ']}. {title}[EB/OL]. {published}[{captured}]. {report['url']}. "
        f"nianbao {report['digest']}. {permanent}"
    )


def bibtex(report: Mapping[str, Any], permanent: str) -> str:
    """An entry @misc; characters that mean something to TeX are escaped outside of addresses."""
    name = f"nianbao{report['year']}-{report['digest'].rpartition(':')[2][:12]}"
    fields = {
        "author": f"{{{_tex(report['organ'])}}}",
        "title": f"{{{_tex(' '.join(report['title'].split()))}}}",
        "date": report["published"] or "",
        "url": _address(report["url"]),
        "urldate": _day(report["timestamp"]),
        "note": f"nianbao, {report['digest']}, \\url{{{_address(permanent)}}}",
    }
    lines = [f"  {field} = {{{value}}}" for field, value in fields.items() if value]
    return f"@misc{{{name},\n" + ",\n".join(lines) + "\n}"


def _day(timestamp: str) -> str:
    return f"{timestamp[:4]}-{timestamp[4:6]}-{timestamp[6:8]}"


def _tex(text: str) -> str:
    return text.translate(_TEX)


def _address(url: str) -> str:
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def as_csv(whole: Whole, labels: Mapping[str, str]) -> str:
    """The same as JSON in one table: facts, rows that the organ added, statements, findings, sections."""
    lines = io.StringIO()
    writer = csv.DictWriter(lines, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in _rows(whole, labels))
    return lines.getvalue()


def _rows(whole: Whole, labels: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for fact in whole["facts"]:
        yield {"record": "fact", "label": labels.get(fact["indicator"], ""), **fact}
    for extra in whole["extras"]:
        own = {name: value for name, value in extra.items() if name in COLUMNS}
        yield {"record": "extra", **own, "label": " · ".join(filter(None, (extra["label"], extra["head"])))}
    for one in whole["statements"]:
        said = {"label": labels.get(one["indicator"], ""), "value": one["value"], "raw": one["raw"]}
        yield {"record": "statement", "indicator": one["indicator"], **said, "text": one["sentence"]}
    for finding in whole["findings"]:
        own = {name: finding[name] for name in ("rule", "verdict", "expected", "actual")}
        judged = finding.get("review", {}).get("judgement", "")
        of = {"indicator": " ".join(finding["indicators"]), "judgement": judged, "raw": finding["evidence"]}
        yield {"record": "finding", **of, **own, "text": finding["message"]["zh"]}
    for section in whole["sections"]:
        about = {"label": section["heading"], "text": section["text"]}
        yield {"record": "section", "value": section["number"], **about}


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula begins with an apostrophe there."""
    if isinstance(value, str) and value.startswith(_FORMULA) and not re.fullmatch(r"[-+]?[\d.,]+", value):
        return f"'{value}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
