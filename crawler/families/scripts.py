"""The scripts of a page as text: with comments, and without. Pure."""

from __future__ import annotations

import re

from scrapy.http import TextResponse

from crawler.addresses import readable
from crawler.once import once


def scripts_of(response: TextResponse) -> str:
    """All inline scripts of a page."""
    return "\n".join(readable(response).xpath("//script/text()").getall())


def live(script: str) -> str:
    """The script without comments; `//` inside an address stays."""
    # After the last end of a comment no search for one is worth while.
    before, end, after = script.rpartition("*/")
    script = re.sub(r"(?<!\*)/\*.*?\*/", "", before + end, flags=re.S) + after
    return re.sub(r"(?m)(^|[;{}\s])//[^\n]*", r"\1", script)


@once
def versions(response: TextResponse) -> tuple[str, str]:
    """What is live first, and the whole: what is commented out is believed only if nothing live is found."""
    whole = scripts_of(response)
    return live(whole), whole
