"""Datasette's own templates in the reader's language: their phrases become words of ours as they are loaded.

So none of them has to be copied and kept in step; a phrase that a newer Datasette no longer has is told by the tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasette.app  # type: ignore[import-untyped]
from jinja2 import BaseLoader, Environment, pass_environment
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
    (">Search:<", ">{}<", "search"),
    ("Suggested facets:", "{}", "facets"),
    ("These facets timed out:", "{}", "facets_slow"),
    (" extra where clause{% if extra_wheres_for_ui|length != 1 %}s{% endif %}", " {}", "wheres"),
    (">remove<", ">{}<", "remove"),
    (">Table actions<", ">{}<", "actions"),
    (">Links from other tables<", ">{}<", "links"),
    ("Many rows", "{}", "many"),
    ("<em> (hidden)<", "<em> {}<", "hidden"),
    (" hidden table{% if hidden_count == 1 %}{% else %}s{% endif %}", " {}", "hidden_tables"),
    ("... and <", "{} <", "and_more"),
    ("Download SQLite DB:", "{}", "database"),
    ("This query cannot be executed because the database is immutable.", "{}", "immutable"),
    (
        "The following databases are attached to this connection, and can be used for cross-database joins:",
        "{}",
        "attached",
    ),
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


# What is said otherwise than in other words.
REWRITTEN = (
    (
        " row{% if filtered_table_rows_count == 1 %}{% else %}s{% endif %}",
        ' {{ t("stock.rows", n=filtered_table_rows_count) }}',
    ),
    (
        " row{% if table.count == 1 %}{% else %}s{% endif %}",
        ' {{ t("stock.rows", n=table.count) }}',
    ),
    (
        " row{% if display_rows|length == 1 %}{% else %}s{% endif %}",
        ' {{ t("stock.rows", n=display_rows|length) }}',
    ),
    # the SQL of a view of ours has up to a thousand lines: it scrolls in a box of its own
    ('<pre class="wrapped-sql">', '<pre class="wrapped-sql" tabindex="0">'),
    ("{{ human_description_en }}", "{{ human_description_en|narrowed(filters, request) }}"),
    ("{{ display }}</option>", '{{ word("lookup", key) }}</option>'),
    ("{{ show_hide_text }}", '{{ word("stock_sql", show_hide_text) }}'),
    (
        "from {{ other.other_column }} in {{ other.other_table }}",
        '{{ t("stock.from", column=other.other_column, table=other.other_table) }}',
    ),
    (
        "{% if not column.sortable %}\n                            {{ column.name }}",
        '{% if not column.sortable %}\n{{ t("stock.link") if column.name == "Link" else column.name }}',
    ),
    # on a phone a row is a list, and the head of each column stands before its square
    (
        'content: "{{ column.name|escape_css_string }}"',
        'content: "{{ (t("stock.link") if column.name == "Link" else column.name)|escape_css_string }}'
        ' {{ (column.description or "")|briefly|escape_css_string }}"',
    ),
    # a table is called what its own page calls it, and the first of the alphabet is none to begin with
    (
        "{{ table.name }}</a>{% if table.private %}",
        "{{ ((metadata.tables or {}).get(table.name, {}).title or table.name)|spoken }}</a>{% if table.private %}",
    ),
    (
        "{{ view.name }}</a>{% if view.private %}",
        "{{ ((metadata.tables or {}).get(view.name, {}).title or view.name)|spoken }}</a>{% if view.private %}",
    ),
    ("select * from {{ tables[0].name|escape_sqlite }}", "select * from reports limit 100"),
    ('data-column-description="{{ column.description }}"', 'data-column-description="{{ column.description|spoken }}"'),
    (
        "<th {% if column.description %}",
        '<th {% if column.description %}data-means="{{ column.description|briefly }}" ',
    ),
    (
        "<strong>{{ facet_info.name }}",
        "<strong>{{ facet_info.name }} <small>{{ (metadata.columns or {})[facet_info.name]|briefly }}</small>",
    ),
)
SORTED = re.compile(r"sorted by (\S+)( descending)?$")
UNTOLD = ("_search_", "_through", "_where")  # parameters of conditions that only Datasette puts into words
CLAUSE = re.compile(r"[。；，：（.;(]|: ")


@hookimpl(trylast=True)
def prepare_jinja2_environment(env: Environment) -> None:
    """Between Datasette's templates and whoever asks for them."""
    env.filters.update(narrowed=narrowed, briefly=briefly)
    if env.loader is not None:
        env.loader = Spoken(env.loader)


@pass_environment
def narrowed(env: Environment, said: str, filters: Any, request: Any) -> str:
    """Which rows are shown and in what order, as Datasette says it in English, in the reader's words."""
    words: dict[str, Any] = env.globals
    if words["reader"]() == "en" or any(name.startswith(UNTOLD) for name in request.args):
        return said
    t, search = words["t"], request.args.get("_search")
    told = [t("stock.matches", words=search)] if search else []
    known = {key for key, *_ in filters.lookups()}  # Datasette ignores the others
    chosen = [one for one in filters.selections() if one[1] in known]
    told += [t(f"narrowed.{lookup}", column=column, value=value) for column, lookup, value in chosen]
    if order := SORTED.search(said):
        told.append(t("stock.descending_by" if order[2] else "stock.ascending_by", column=order[1]))
    return str(t("site.semicolon").join(told))


@pass_environment
def briefly(env: Environment, description: str | None) -> str:
    """The first words of a description, to stand beside the name of a column."""
    return CLAUSE.split(env.filters["spoken"](description or ""), maxsplit=1)[0].strip()


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
    for phrase, ours in REWRITTEN:
        source = source.replace(phrase, ours)
    for value in SPOKEN:
        source = source.replace("{{ " + value + " }}", "{{ (" + value + ")|spoken }}")
    return source
