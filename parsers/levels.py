"""What kind of body an organ is, as far as its name proves it: a town, a county's, a department, a government."""

from __future__ import annotations

import re

from parsers.labels import squeeze
from parsers.regions import place_of

_TOWN = re.compile("^[^市县]{1,10}(?:[镇乡]|苏木|街道)(?:街?办事处|办)?人民政府$")
_SAID = re.compile("(?:人民)?政府$")
_GOVERNMENT = re.compile("^(?:(?:人民)?政府)?$")
_DEPARTMENT = re.compile(
    "(?:[局厅署]|委员会|(?:发改|卫健|卫计|国资|住建|经信|工信|农|教|科)委|(?<!政府)(?<!党政)办公室)$"
)
# Zones and villages are no governments with departments of the law; branches of the centre have deadlines of their own.
_NONE = re.compile(
    "管委会|管理委员会|工作委员会|[村居]民?委员会|开发区|[新园]区|示范区|实验区|国家|中国|中华|政务公开|信息公开"
)


def is_town(organ: str, year: int | None = None) -> bool:
    """Whether an organ is surely the government of a town or township, or the office of a street."""
    _, rest = place_of(_SAID.sub("", squeeze(organ)) + "人民政府", year)  # 景德镇 is a city: nothing is left before it
    return bool(_TOWN.match(rest))


def is_of_county(organ: str, year: int | None = None) -> bool:
    """Whether an organ is surely that of a county, a district or a city without districts."""
    codes, _ = place_of(organ, year)
    return bool(codes and all(code[4:] != "00" for code in codes)) and not is_town(organ, year)


def is_government(organ: str, year: int | None = None) -> bool | None:
    """Whether an organ is the government of a county or above, or a department; None where neither is sure."""
    codes, rest = place_of(organ, year)
    if codes and _GOVERNMENT.match(rest):
        return True
    department = _DEPARTMENT.search(rest) and not _NONE.search(squeeze(organ)) and not is_town(organ, year)
    return False if department else None
