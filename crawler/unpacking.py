"""Pages that are sent packed without a header that says so: PORTALS, section 5; Scrapy unpacks what is declared."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response, TextResponse

from archive.errors import PayloadTooLarge
from archive.payload import decoded, is_packed_text


class Unpacking:
    """The downloader middleware that unpacks them; what is kept stays as it was sent."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Called by Scrapy."""
        kind = [("Content-Type", (response.headers.get("Content-Type") or b"").decode("latin-1"))]
        if response.headers.get("Content-Encoding") or not is_packed_text(kind, response.body):
            return response
        # the charset that the packed bytes seemed to be in is not theirs
        anew = {"encoding": None} if isinstance(response, TextResponse) else {}
        try:
            return response.replace(body=decoded(kind, response.body), **anew)
        except PayloadTooLarge:
            return response
