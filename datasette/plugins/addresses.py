"""Addresses of our own pages, for the templates and the other plugins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment
from pluggy import HookimplMarker

hookimpl = HookimplMarker("datasette")


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Any) -> None:
    """Give the templates the addresses of reports, snapshots, tables and static files."""

    def report_url(organ: str, year: int, division: str | None = None, digest: str = "", **more: object) -> str:
        """With a division where organs elsewhere may have the same name, with a digest as one capture has it."""
        address = str(datasette.urls.path(f"/report/{quote(organ, safe='')}/{year}" + (f"/{digest}" if digest else "")))
        asked = {name: value for name, value in ({"division": division} | more).items() if value is not None}
        return f"{address}?{urlencode(asked)}" if asked else address

    def organ_url(organ: str, division: str | None = None) -> str:
        """With a division where organs elsewhere may have the same name."""
        address = str(datasette.urls.path(f"/organ/{quote(organ, safe='')}"))
        return address if division is None else f"{address}?{urlencode({'division': division})}"

    def region_url(code: str = "") -> str:
        """A division's page, or that of the whole country."""
        return str(datasette.urls.path(f"/region/{code}" if code else "/region"))

    def page_url(path: str, **chosen: object) -> str:
        """Any other page of ours, with what is chosen on it."""
        address = str(datasette.urls.path(path))
        return f"{address}?{urlencode(chosen)}" if chosen else address

    def place_name(place: Mapping[str, Any]) -> str:
        """Provinces have names in every language, other divisions those of their reports."""
        known = env.globals["word"]("province", place["place"])  # type: ignore[operator]
        return str(place["name"] if known == place["place"] else known)

    def snapshot_url(id: str, part: str = "") -> str:
        return str(datasette.urls.path(f"/snapshot/{id}" + (f"/{part}" if part else "")))

    def square_url(snapshot: str, part: int, **wanted: object) -> str:
        """The archived original with squares of one of its documents marked."""
        wanted = {name: value for name, value in wanted.items() if value is not None and value != ""}
        return snapshot_url(snapshot, f"square?{urlencode({'part': part, **wanted})}")

    def table_url(table: str, format: str | None = None, **filters: object) -> str:
        address = str(datasette.urls.table(datasette.get_database().name, table, format=format))
        return f"{address}?{urlencode(filters)}" if filters else address

    def asset(name: str) -> str:
        return str(datasette.urls.path(f"/static/{name}"))

    def exported_url(address: str, format: str) -> str:
        """The same report for programs."""
        path, mark, asked = address.partition("?")
        return f"{path}.{format}{mark}{asked}"

    def compare_url(*both: Any) -> str:
        """Two readings, or captures by their names, beside each other."""
        named = (one if isinstance(one, str) else f"{one['snapshot']}.{one['part']}" for one in both)
        return str(datasette.urls.path("/compare")) + "?" + urlencode(dict(zip("ab", named, strict=True)))

    env.globals.update(exported_url=exported_url, compare_url=compare_url)
    env.globals.update(report_url=report_url, snapshot_url=snapshot_url, square_url=square_url)
    env.globals.update(table_url=table_url, asset=asset, organ_url=organ_url, region_url=region_url)
    env.globals.update(page_url=page_url, place_name=place_name)
