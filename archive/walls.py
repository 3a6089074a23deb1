"""What gives a wall between a reader and a portal away, or a page that is not there (PORTALS, section 6).

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

_THING = "(?:页面|网页|信息|文章|内容|栏目|文件|资源|链接)"
_TAKEN = "(?:删除|删掉|移走|移除|移动|移至|移到|转移|迁移|搬迁|下线|下架|撤下|撤销|关闭|过期)"
# Of a thing that is looked for: that it is not there, or was taken away. 文件已失效 is what a paper says of itself.
GONE = re.compile(
    rf"{_THING}(?:可能|或许|已经?|暂时)*(?:不存在|不见了|[找查]+不到了?|(?:没有|未能?)[找查]+到)"
    rf"|{_THING}(?:可能|或许|或者?)*(?:已经?被?|被){_TAKEN}"
    r"|(?:页面|网页|链接)(?:可能|或许)*已经?失效|404\s*not\s*found|参数错误|没有权限|系统维护|访问出错",
    re.IGNORECASE,
)


def gone(text: str) -> str:
    """By which words a short text says that what was asked for is not there; "" where it does not."""
    found = GONE.search(text)
    return found[0] if found else ""


def wall(body: bytes) -> str:
    """Kind of the wall whose mark a decoded body bears, "" where it bears none or is too large for one."""
    if len(body) > LARGEST:
        return ""
    return next((kind for kind, mark in MARKS if mark.search(body)), "")
