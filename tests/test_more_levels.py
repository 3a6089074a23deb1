"""Three levels of organs and ten years on the platforms F10 to F19, judged as those before them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import test_levels
from tests.portals import central, component, easttone, epoint, gongkai, igs, selfmade, snowflake, spa, truecms
from tests.portals.levels import Levels

FAMILIES: dict[str, Callable[[], Levels]] = {
    "F10 Epoint": epoint.levels,
    "F11 component": component.levels,
    "F12 easttone": easttone.levels,
    "F13 TrueCMS": truecms.levels,
    "F14 IGS": igs.levels,
    "F15 gongkai": gongkai.levels,
    "F16 snowflake": snowflake.levels,
    "F17 NFRA": spa.levels,
    "F18 www.gov.cn": central.levels,
    "F19 self-made": selfmade.levels,
}
EACH = pytest.mark.parametrize("build", FAMILIES.values(), ids=FAMILIES)


@EACH
def test_from_the_column(tmp_path: Path, build: Callable[[], Levels]) -> None:
    test_levels.test_from_the_column(tmp_path, build)


@EACH
def test_from_the_home_page(tmp_path: Path, build: Callable[[], Levels]) -> None:
    test_levels.test_from_the_home_page(tmp_path, build)
