"""The platform families that can be read, most specific first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scrapy.http import TextResponse

from crawler.families import (
    central,
    component,
    easttone,
    epoint,
    gkmlpt,
    igs,
    jiangxi,
    jpaas,
    jpage,
    lonsun,
    printed,
    spa,
    trs,
    truecms,
    ucap,
    vsb,
    xxgk,
)
from crawler.families.listing import Family, Page, Row

__all__ = ["FAMILIES", "Family", "Page", "Row", "told_columns"]

FAMILIES: tuple[Family, ...] = (
    jpage, jpaas, xxgk, gkmlpt, lonsun, epoint, truecms, jiangxi, easttone, vsb, component, central, ucap, igs, spa,
    trs, printed,
)  # fmt: skip

# Platforms whose scripts and calls name columns that no link of the page does.
Columns = Callable[[TextResponse], Iterator[tuple[str, str]]]
TELLING: tuple[Columns, ...] = (jpaas.columns, gkmlpt.columns, lonsun.columns, jiangxi.columns, ucap.columns)


def told_columns(response: TextResponse) -> Iterator[tuple[str, str]]:
    """Addresses and names of columns that are in no link, but in what a platform's script or call says."""
    for columns in TELLING:
        yield from columns(response)
