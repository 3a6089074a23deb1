"""Which way a body is shown: as itself if that can be, as a picture of its page, or as a rendering of what was read."""

from __future__ import annotations

from parsers import media
from parsers.replay.asked import Asked, Marked
from parsers.replay.page import marked_page


def marked(asked: Asked) -> Marked:
    """The page with its marks."""
    kind = media.media_type(media.bare(asked.body))
    tables = {square.table for square in asked.squares}
    in_pictures = bool(tables) and tables <= {outline.table for outline in asked.outlines}
    found: Marked | None = None
    if kind == media.PDF or kind in media.PICTURES or in_pictures:
        from parsers.replay.sheet import marked_sheets

        found = marked_sheets(asked)
    if found is None and kind == media.HTML:
        found = marked_page(asked)
    if found is None:
        from parsers.replay.drawn import drawn  # loads the whole parser

        found = drawn(asked)
    return found
