"""What an answer really is, where it is no page: a wall, a missing page with status 200, a login. Pure; never answered.

PORTALS, section 6. What a kept body gives away stands in archive/walls.py; status and cookies are only here.
"""

from __future__ import annotations

import re

from scrapy.http import Response, TextResponse

from archive.walls import LARGEST, gone, wall
from crawler.steps import SMALL, sent_home

HEAD = 8192  # bytes: a wall bears its mark near the top

SETS_A_COOKIE = re.compile(r"document\.cookie[\s\S]*(?:location|reload)")
WALLS = (401, 403, 405, 406, 412, 418, 429, 521)
SOFT_404 = "soft_404"  # canary.py flags an answer by it
SHORT = 300  # characters: an error page says no more
PASSWORD = re.compile(r"<input[^>]+type\s*=\s*[\"']?password", re.I)


def block(response: Response) -> str:
    """Kind of the wall that an answer is, "" if it is a page; a cookie of a wall on a good page is no wall."""
    body = response.text[:HEAD] if isinstance(response, TextResponse) else ""
    small = len(response.body) < LARGEST and "<table" not in body
    if small and body and (kind := wall(response.body[:HEAD])):
        return kind
    if response.status == 521:
        return "jsl"
    if response.status in (202, 400) and re.search(r"r=['\"]m['\"]", body):
        return "ruishu"
    server = (response.headers.get("Server") or b"").lower()
    if server.startswith(b"wzws") and (response.status != 200 or len(response.body) < SMALL):
        return "wzws"
    if len(response.body) < SMALL and SETS_A_COOKIE.search(body) and "<a " not in body:
        return "js_cookie"
    return f"http_{response.status}" if response.status in WALLS else ""


def missing(response: Response) -> str:
    """`soft_404` or `login` where an answer with status 200 is no page; "" else."""
    if SOFT_404 in response.flags or sent_home(response):
        return SOFT_404
    if response.status != 200 or not isinstance(response, TextResponse) or len(response.body) > LARGEST:
        return ""
    text = re.sub(r"<(script|style)\b[\s\S]*?</\1>|<[^>]*>|\s+", "", response.text)
    if len(text) < SHORT and gone(text):
        return SOFT_404
    return "login" if len(text) < SHORT and PASSWORD.search(response.text) else ""
