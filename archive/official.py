"""Which hosts are official."""

from __future__ import annotations

import re


def is_official(host: str) -> bool:
    """Is it gov.cn or a name below it, on a label boundary?"""
    labels = host.lower().split(".")
    return labels[-2:] == ["gov", "cn"] and all(re.fullmatch(r"[a-z0-9_-]+", label) for label in labels)
