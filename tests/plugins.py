"""Datasette's plugins as modules of their own: their directory is no package, for it has the name of Datasette's."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from jinja2 import Environment

ROOM = Path(__file__).parent.parent / "datasette" / "plugins"


def plugin(name: str) -> Any:
    """A fresh copy of one of them."""
    spec = spec_from_file_location(f"{name}_plugin", ROOM / f"{name}.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def spoken(words: Any, language: str, function: str, *values: object, **named: object) -> str:
    """What a function of the templates that the plugin `words` gives says to a reader of that language."""
    env = Environment(autoescape=True)
    words.prepare_jinja2_environment(env)
    with words.speaking(language):
        return str(env.globals[function](*values, **named))  # type: ignore[operator]
