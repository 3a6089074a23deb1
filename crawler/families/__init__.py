"""The platform families that can be read, most specific first."""

from __future__ import annotations

from crawler.families import component, printed, trs, vsb
from crawler.families.listing import Family, Page, Row

__all__ = ["FAMILIES", "Family", "Page", "Row"]

FAMILIES: tuple[Family, ...] = (vsb, component, trs, printed)
