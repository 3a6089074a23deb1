"""Reports that LibreOffice makes of Word files, as people save them under other names."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.accuracy.measure import SHARES, Case
from tests.maker.report import blanked, make
from tests.maker.word import WORDS
from tests.reports import offices

FORMS = ("2019", "2021")
STYLES = ("clean", "in paragraphs", "tables in layout tables", "merged as Word 97 did")  # of the Word files
TARGETS = {
    "doc": "doc:MS Word 97",
    "rtf": "rtf:Rich Text Format",
    "odt": "odt:writer8",
    "pdf-office": "pdf:writer_pdf_Export",
}


def office() -> list[Case]:
    """Every format, two reports of each form."""
    return [case for format_, target in TARGETS.items() for case in _converted(format_, target)]


def _converted(format_: str, target: str) -> Iterator[Case]:
    styles = dict(WORDS)
    made = {
        name: (form := FORMS[seed % 2], blanked(make(form, seed), SHARES[seed], seed))
        for seed, name in enumerate(STYLES)
    }
    with tempfile.TemporaryDirectory() as folder:
        sources = [Path(folder) / f"{seed}.docx" for seed, _ in enumerate(STYLES)]
        for source, (name, (_, report)) in zip(sources, made.items(), strict=True):
            source.write_bytes(styles[name](report, 5))
        files = [path.read_bytes() for path in offices(sources, target, Path(folder))]
    for body, (name, (form, report)) in zip(files, made.items(), strict=True):
        yield Case(key=(format_, form), name=f"{format_} {name} {form}", made=report, body=body.__bytes__)
