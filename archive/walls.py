"""What gives a wall between a reader and a portal away: the marks in its body (PORTALS, section 6).

The crawler asks before it reads a page, the parsers ask of what was kept: they must never disagree, so the marks stand
here. Status codes and cookies are the crawler's alone: a cookie of a wall on a good page is no wall.
"""

from __future__ import annotations

import re

LARGEST = 64 * 1024  # bytes; a wall is small, and a report with scripts round it is not

MARKS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("jsl", re.compile(rb"__jsl_clearance|document\.cookie=\('_'\)\+|__jsluid_")),
    ("ruishu", re.compile(rb"\$_ts\s*=\s*window\[|<meta[^>]+\br=[\"']m[\"']|FSSBBIl1UgzbN7N80")),
    ("aliyun_waf", re.compile(rb"acw_sc__v2|aliyun_waf|var\s+arg1\s*=\s*['\"][0-9A-F]{40}", re.IGNORECASE)),
    ("edgeone", re.compile(rb"WTKkN|__tst_status|EO_Bot_Ssid")),
    ("c3vk", re.compile(rb"document\.cookie\s*=\s*[\"']C3VK=")),
    ("yunsuo", re.compile(rb"yunsuo_session_verify|srcurl=[0-9a-f]{16}")),
    ("wzws", re.compile(rb"wzws_(?:sessionid|cid)|wzwschallenge")),
    ("huawei_waf", re.compile(rb"HWWAFSES")),
    ("geo", re.compile(rb"\bGeoBL\b")),
    ("safedog", re.compile(rb"safedog", re.IGNORECASE)),
    ("cloudflare", re.compile(rb"cdn-cgi/challenge-platform")),
)


def wall(body: bytes) -> str:
    """Kind of the wall whose mark a decoded body bears, "" where it bears none or is too large for one."""
    if len(body) > LARGEST:
        return ""
    return next((kind for kind, mark in MARKS if mark.search(body)), "")
