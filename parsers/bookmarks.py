"""Names of places in a Word file, which some converters print into its text: [bookmark: _GoBack]."""

from __future__ import annotations

import re

_NAME = re.compile(r"\[bookmark: ?[^\[\]\n]{1,60}\]")


def without(text: str) -> str:
    """What the document says: no author wrote such a name, and no reader sees it."""
    return _NAME.sub("", text) if "[bookmark:" in text else text
