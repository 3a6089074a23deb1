"""The platform families that can be read, most specific first."""

from __future__ import annotations

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

__all__ = ["FAMILIES", "Family", "Page", "Row"]

FAMILIES: tuple[Family, ...] = (
    jpage, jpaas, xxgk, gkmlpt, lonsun, epoint, truecms, jiangxi, easttone, vsb, component, central, ucap, igs, spa,
    trs, printed,
)  # fmt: skip
