"""Dates: printed in digits or Chinese numerals, beside a label, below a signature, in an address; and periods."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

_ZERO = "〇零○◯Oo0ОΟ"
CHINESE_YEAR = re.compile(rf"([二一][{_ZERO}九][{_ZERO}一二三四九][{_ZERO}一二三四五六七八九])(?=年|政府信息)")
DIGITS = {c: str(i) for i, cs in enumerate((_ZERO, *"一二三四五六七八九")) for c in cs}
DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
CHINESE_DATE = re.compile(CHINESE_YEAR.pattern + "年([元一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日")
# Each alternative begins with a character: so they are looked for, and not tried everywhere.
_LABELS = "|".join(f"{done}(?:时间|日期)" for done in "发布 发表 公布 公开 发文 成文 生成 印发 更新".split())
DATE_LABEL = re.compile(
    rf"({_LABELS}|时(?<![\u4e00-\u9fff]时)间|日(?<![\u4e00-\u9fff]日)期)\s*[:：|]\s*(?:\|\s*)?(?=(?:19|20)\d{{2}})"
)
# A line that is nothing but a date, with the time and what is printed beside it.
DATELINE = re.compile(
    rf"^\s*[\[(（]?\s*{DATE.pattern}\s*日?\s*(?:\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?\s*[\])）]?\s*(?:(?:信息)?来源|作者|字号|浏览|点击|$)"
)
# …/t20220112_1.html, /art/2022/1/12/, /202201/20/, /20230331/, /2013-01-25/
URL_DATE = re.compile(
    r"/t((?:19|20)\d{2})(\d{2})(\d{2})_|/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})/|/((?:19|20)\d{2})(\d{2})/(\d{2})/"
    r"|/((?:19|20)\d{2})(\d{2})(\d{2})/|/((?:19|20)\d{2})-(\d{2})-(\d{2})/"
)

_DAY = r"(?:(?P<y{0}>(?:19|20)\d\d)\s*年(?:度)?)?\s*(?P<m{0}>\d{{1,2}})\s*月\s*(?P<d{0}>\d{{1,2}})\s*日"
_PERIOD = re.compile(
    rf"(?<![\d年月]){_DAY.format(1)}\s*(?:零时|0\s*时|0:00)?\s*(?:起|开始|始)?\s*[,，]?\s*(?:至|到|[-—－–~～─]+)\s*{_DAY.format(2)}"
)
_PERIOD_WORDS = re.compile("统计|期限|时限|所列|数据|截止|报告期|时间范围|时间段")
_RUN_TOGETHER = re.compile(r"(?<!\d)(?:19|20)\d{3,6}\s*[月日起至到止](?!\d{0,2}:)|(?<!\d)(?:19|20)\d\d\d{1,2}月")


@dataclass(frozen=True, kw_only=True)
class Period:
    """The time that a report says it covers, or the words of one that cannot be read."""

    start: str = ""  # YYYY-MM-DD
    end: str = ""
    mangled: str = ""  # digits or signs were lost: never parsed

    @property
    def value(self) -> str:
        return f"{self.start}/{self.end}"


def iso(date: re.Match[str] | None) -> str:
    """YYYY-MM-DD, "" where there is no such day."""
    return _iso(*(_number(part) for part in date.groups() if part)) if date else ""


def periods(line: str) -> Iterator[Period]:
    """The periods that a sentence about the data of a report names."""
    if "月" not in line and "日" not in line:
        return
    for sentence in re.split("[。;；\n]", line):
        if not _PERIOD_WORDS.search(sentence):
            continue
        found = [period for match in _PERIOD.finditer(sentence) if (period := _period(match))]
        yield from found
        broken = None if found else _RUN_TOGETHER.search(sentence)
        if broken and re.search("期限|时限|统计", sentence[: broken.start()]):
            yield Period(mangled=sentence[broken.start() : broken.start() + 40].strip())


def _period(match: re.Match[str]) -> Period | None:
    """A period with both days; a year that is printed once is that of both."""
    first, second = match["y1"], match["y2"]
    if not first:
        return None  # a day without a year may be of any
    start = _iso(int(first), int(match["m1"]), int(match["d1"]))
    end = _iso(int(second or first), int(match["m2"]), int(match["d2"]))
    return Period(start=start, end=end) if start and end and start < end else None


def _iso(year: int, month: int, day: int) -> str:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""


def _number(text: str) -> int:
    """Digits, or Chinese numerals: digit by digit in a year, with tens in months and days."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.replace("元", "一").rpartition("十")
    value = int("".join(DIGITS[c] for c in ones) or "0") if all(c in DIGITS for c in ones) else 0
    return value + 10 * (int(DIGITS.get(tens, "1")) if ten else 0)
