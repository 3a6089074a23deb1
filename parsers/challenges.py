"""Pages that stand between a reader and a portal: known by what they hold, kept as evidence, never answered.

PORTALS.md section 6.1. Cookies and status codes are the crawler's to see; here are the signatures of the bodies.
"""

from __future__ import annotations

import re

LARGEST = 64 * 1024  # bytes; a challenge is small, and a report with scripts round it is not
FEW = 200  # characters of text: a page that says more is a page

CHALLENGES: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("jsl", re.compile(rb"__jsl_clearance|document\.cookie=\('_'\)\+|__jsluid_")),
    ("ruishu", re.compile(rb"\$_ts\s*=\s*window\[|<meta[^>]+r=[\"']m[\"']|FSSBBIl1UgzbN7N80")),
    ("aliyun_waf", re.compile(rb"acw_sc__v2|aliyun_waf|var arg1='[0-9A-F]{40}'", re.IGNORECASE)),
    ("edgeone", re.compile(rb"WTKkN|__tst_status|EO_Bot_Ssid")),
    ("c3vk", re.compile(rb"document\.cookie\s*=\s*[\"']C3VK=")),
    ("yunsuo", re.compile(rb"yunsuo_session_verify|srcurl=[0-9a-f]{16}")),
    ("wzws", re.compile(rb"wzws_(?:sessionid|cid)|wzwschallenge")),
    ("huawei_waf", re.compile(rb"HWWAFSES")),
    ("safedog", re.compile(rb"safedog", re.IGNORECASE)),
    ("qianxin", re.compile(rb"\bGeoBL\b")),
    ("cloudflare", re.compile(rb"cdn-cgi/challenge-platform")),
)


def challenge(body: bytes, length: int) -> str:
    """Kind of the challenge that a page is, "" where it is none; `length` is the number of characters that it shows."""
    if len(body) > LARGEST or length > FEW:
        return ""
    return next((name for name, signature in CHALLENGES if signature.search(body)), "")
