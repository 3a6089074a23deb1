"""Datasette's own templates in the reader's language: their phrases become words of ours as they are loaded.

So none of them has to be copied and kept in step; a phrase that a newer Datasette no longer has is told by the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasette.app  # type: ignore[import-untyped]
from jinja2 import BaseLoader, Environment
from pluggy import HookimplMarker

hookimpl = HookimplMarker("datasette")

STOCK = Path(datasette.app.__file__).parent / "templates"
# Phrase with what stands around it -> the same with {} for the word of ours.
PHRASES: tuple[tuple[str, str, str], ...] = (
    (">View and edit SQL<", ">{}<", "edit"),
    (">Edit SQL<", ">{}<", "edit"),
    ("This data as ", "{} ", "as"),
    (">advanced<", ">{}<", "advanced"),
    (">Advanced export<", ">{}<", "export"),
    ("JSON shape:", "{}", "shape"),
    (">default<", ">{}<", "default"),
    (">array<", ">{}<", "array"),
    (">newline-delimited<", ">{}<", "lines"),
    (">object<", ">{}<", "object"),
    ("CSV options:", "{}", "csv"),
    ("> download file<", "> {}<", "download"),
    ("> expand labels<", "> {}<", "expand"),
    ("> stream all rows<", "> {}<", "stream"),
    ('value="Export CSV"', 'value="{}"', "export_csv"),
    ('value="Apply"', 'value="{}"', "apply"),
    ('value="Run SQL"', 'value="{}"', "run"),
    (">Format SQL<", ">{}<", "format"),
    (">Next page<", ">{}<", "next"),
    ("<h3>Custom SQL query", "<h3>{}", "sql"),
    (">Query parameters<", ">{}<", "parameters"),
    (">- column -<", ">{}<", "no_column"),
    (">- remove filter -<", ">{}<", "no_filter"),
    (">Sort...<", ">{}<", "sort"),
    (">Sort by ", ">{} ", "sort"),
    ("> descending<", "> {}<", "descending"),
    (">0 records<", ">{}<", "nothing"),
    (">0 results<", ">{}<", "nothing"),
    (">Tables<", ">{}<", "tables"),
    (">Views<", ">{}<", "views"),
    (">Queries<", ">{}<", "queries"),
    (" (view)", " {}", "view"),
    (" row{% if filtered_table_rows_count == 1 %}{% else %}s{% endif %}", " {}", "rows"),
    (" row{% if table.count == 1 %}{% else %}s{% endif %}", " {}", "rows"),
    (" row{% if display_rows|length == 1 %}{% else %}s{% endif %}", " {}", "rows"),
    (
        "{% if filtered_table_rows_count or human_description_en %}\n    <h3>",
        "{{% if filtered_table_rows_count is none %}}<p>{}</p>{{% endif %}}\n"
        "{{% if filtered_table_rows_count or human_description_en %}}\n    <h3>",
        "uncounted",
    ),
    (" returning {% if truncated %}more than {% endif %}", "{}{{% if truncated %}}&gt; {{% endif %}}", "returning"),
)
# What people may have written in both languages.
SPOKEN = (
    "metadata.title or database",
    "metadata.title or table",
    "query.title or query.name",
    "query.description or query.sql",
)


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Between Datasette's templates and whoever asks for them."""
    if env.loader is not None:
        env.loader = Spoken(env.loader)


class Spoken(BaseLoader):
    """The templates of another loader, Datasette's own with our words."""

    def __init__(self, loader: BaseLoader) -> None:
        self.loader = loader

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, path, current = self.loader.get_source(environment, template)
        return (in_words(source) if path and Path(path).parent == STOCK else source), path, current

    def list_templates(self) -> list[str]:
        return self.loader.list_templates()


def in_words(source: str) -> Any:
    """A template of Datasette's with our words for its phrases."""
    for phrase, around, key in PHRASES:
        source = source.replace(phrase, around.format('{{ t("stock.' + key + '") }}'))
    for value in SPOKEN:
        source = source.replace("{{ " + value + " }}", "{{ (" + value + ")|spoken }}")
    return source
