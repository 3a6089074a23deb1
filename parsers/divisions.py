"""The list of divisions: which name each code bore, and when."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PEOPLES = (
    "阿昌 白 保安 布朗 布依 藏 朝鲜 达斡尔 傣 德昂 东乡 侗 独龙 俄罗斯 鄂伦春 鄂温克 高山 仡佬 哈尼 哈萨克 赫哲 回"
    " 基诺 京 景颇 柯尔克孜 拉祜 黎 傈僳 珞巴 满 毛南 门巴 蒙古 苗 仫佬 纳西 怒 普米 羌 撒拉 畲 水 塔吉克"
    " 塔塔尔 土家 土 佤 维吾尔 乌孜别克 锡伯 瑶 彝 裕固 壮 各"
).split()
AUTONOMOUS = re.compile(rf"^(.{{2,}}?)(?:(?:{'|'.join(_PEOPLES)})族|蒙古|哈萨克|柯尔克孜|塔吉克|锡伯)+自治([州县旗])$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Division:
    """One name that one code bore for some years."""

    code: str  # six digits
    name: str
    since: int  # year of the first list that has it, 0 for the oldest one
    until: int  # year of the last list that has it, 9999 for the newest one


@cache
def all_divisions() -> Sequence[Division]:
    """Every name of every code, as in `divisions.csv`."""
    with Path(__file__).with_name("divisions.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(_division(row) for row in csv.DictReader(lines))


def _division(row: dict[str, str]) -> Division:
    since, until = int(row["since"][:4] or 0), int(row["until"][:4] or 9999)
    return Division(code=row["code"], name=row["name"], since=since, until=until)
