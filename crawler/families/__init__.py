"""The platform families that can be read, most specific first."""

from __future__ import annotations

from crawler.families import trs
from crawler.families.listing import Family, Row

__all__ = ["FAMILIES", "Family", "Row"]

FAMILIES: tuple[Family, ...] = (trs,)
