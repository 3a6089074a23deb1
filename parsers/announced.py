"""What the first sentences of a report call it: 现公布青石县财政局2022年政府信息公开工作年度报告."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parsers.titles import STRONG

_TITLE = "(?P<title>[^,。;:《》]{0,50}?信息公开(?:工作)?(?:情况)?(?:年度)?(?:工作)?(?:情况)?的?(?:报告|年报))"
_OF_YEAR = rf"(?=(?:19|20)\d\d年|《?\D{{2,30}}(?:19|20)\d\d年){_TITLE}"
_MAKES = "(?:(?:编制|编写)并(?:依法)?(?:向社会)?)?(?:公布|公开|发布|编制|编写|制作|形成)了?(?!并)"
_SENTENCES = (  # each with the characters of which it needs one
    # 现 and 特 are what an organ says of its own report; news say neither.
    ("现特", re.compile(rf"[现特](?:依法)?(?:向社会)?(?:予以)?{_MAKES}《?{_OF_YEAR}(?=[》,。;:(]|如下|$)")),
    ("由", re.compile(rf"由(?P<organ>[^,。;:《》()]{{3,30}}?)(?:编制|编写)的《?{_OF_YEAR}")),
    ("现特", re.compile(rf"(?:^|[,。])(?P<organ>[^,。;:《》()]{{3,30}}?)[特现]{_MAKES}《?{_OF_YEAR}")),
    ("根按依由", re.compile(rf"^{_OF_YEAR}(?:是|系)?(?:根据|按照|依据|由)")),
)
_ASIDE = re.compile(r"\((?!(?:19|20)\d\d)[^()]*\)")
_YEAR = re.compile(r"现[将就][^。;:《》]{0,40}?((?:19|20)\d\d)年度?[^。;:《》]{0,40}?公开工作")
# How the part on the year begins that has no other word of it: 2021年，我局……
_OPENING = re.compile(r"^((?:19|20)\d\d)年(?:度|以来|来)?[,，]")


def announced(lines: Sequence[str]) -> Iterator[str]:
    """Titles that squeezed lines give the report they belong to."""
    for line in lines:
        if "报" not in line or "信息公开" not in (text := _ASIDE.sub("", line)):
            continue
        for signs, sentence in _SENTENCES:
            for found in sentence.finditer(text) if any(map(text.__contains__, signs)) else ():
                title = found.groupdict().get("organ", "") + found["title"]
                if STRONG.search(title):
                    yield title


def announced_year(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Years that squeezed lines name, and how: 现将我局2021年政府信息公开工作情况报告如下."""
    yield from ((found[1], "prose") for line in lines if "公开工作" in line for found in _YEAR.finditer(line))
    opening = next((found[1] for line in lines if (found := _OPENING.match(line))), "")
    if opening:
        yield opening, "first words"
