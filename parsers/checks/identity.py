"""Does the report say one year, one period and one organ."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.records import Candidate, Finding
from parsers.checks.rule import Evidence, Rule
from parsers.identity import Identity
from parsers.regions import resolve

_PRINTED = ("label:发布", "label:公布", "label:公开", "dateline", "list")  # when it was published, not when it was made
# What departments are in charge of, in the words of before and after the reforms; one line where they may be one.
_CHARGES = """
教育
财政
公安
民政
司法
审计
统计
气象
信访
地震
档案
公积金
退役军人
机关事务
供销
残疾人 残联
人力资源 人社 劳动和社会
自然资源 国土资源
生态环境 环境保护 环保
住房 住建 城乡建设 建设局 城管 城市管理 行政执法 房产 房管 园林
交通 公路
水利 水务
农业 农村 农牧 畜牧 农机 扶贫 乡村振兴
商务 商业 经贸 招商
文化 文旅 旅游 体育 广电 广播 文物
卫生 卫健 卫计 计生 医疗保障 医保
市场监督 市场监管 工商 质监 质量技术 食品药品 药监
应急 安监 安全生产 消防
林业 林草 草原
税务 国税 地税
发展和改革 发展改革 发改 物价 粮食 能源
科学技术 科技
工业和信息 工信 经信 经济和信息
行政审批 政务服务 大数据
国有资产 国资委
民族 宗教
金融
外事 侨务
"""
_GROUP_OF = {word: number for number, group in enumerate(_CHARGES.strip().splitlines()) for word in group.split()}
_CHARGED = re.compile(f"(?=({'|'.join(_GROUP_OF)}))")  # looked for from every character on, for words may overlap
_TOWN = re.compile("(?:镇|乡|街道|街道办|街道办事处)(?:人民政府|政府)?$")  # 民族镇, 工商路街道
_TITLED = ("heading", "meta:ArticleTitle", "title")


def period(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    found, year = evidence.identity, evidence.year
    if found is None:
        return
    yield from _covered(rule, found, year)
    titled = [c for c in found.candidates if c.field == "year" and c.source in _TITLED]
    if year and any(int(c.value) != year for c in titled):
        years = "、".join(dict.fromkeys(c.value for c in titled))
        yield rule.finding(
            "WARN", [], f"各处标题的年度不一：{years}。", f"The titles name different years: {years}.", evidence=years
        )
    others = (c for c in found.candidates if c.field == "year" and c.source == "prose" and int(c.value) != year)
    told = next(others, None)
    if year and told:
        yield rule.finding(
            "WARN",
            [],
            f"报告的年度是 {year}，正文开头却说是 {told.value} 年的工作。",
            f"The report is that of {year}, its first sentences speak of {told.value}.",
            expected=year,
            actual=int(told.value),
            evidence=told.value,
        )
    dated = next((c for c in found.candidates if c.field == "published" and c.source.startswith(_PRINTED)), None)
    if year and titled and dated and dated.value == found.published:
        later = any(c.field == "published" and int(c.value[:4]) > year for c in found.candidates)
        yield from _published(rule, dated.value, year, later)


def _published(rule: Rule, date: str, year: int, later: bool) -> Iterator[Finding]:
    """`later`: whether some other date lies after the year, so that this one may be that of something else."""
    if date[:4] <= str(year):
        if later:
            return
        zh, en = "当时这一年还没有过完", "before that year was over"
    elif date[:4] > str(year + 1):
        zh, en = "不在次年，网页可能重新发布过", "not in the year after it; the page may have been published anew"
    else:
        return
    yield rule.finding(
        "WARN",
        [],
        f"标题是 {year} 年的报告，所印公布日期却是 {date}：{zh}。",
        f"The report of {year} is dated {date}, {en}.",
        evidence=date,
    )


def _covered(rule: Rule, found: Identity, year: int | None) -> Iterator[Finding]:
    span = found.period
    if span is None:
        return  # the form does not ask for the sentence
    if span.mangled:
        yield rule.finding(
            "NOT_ASSESSABLE",  # the copy may have lost them, not the report
            [],
            f"统计期限的数字有缺损（原件或抄本），没有读取，不能核对：“{span.mangled}”。",
            f"The period lost some of its digits or signs, here or before, and is not read: {span.mangled!r}.",
            evidence=span.mangled,
        )
    elif year and int(span.end[:4]) != year:
        yield rule.finding(
            "WARN",
            [],
            f"标题的年度是 {year}，数据的统计期限却是 {span.value}。",
            f"The title says {year}, the data cover {span.value}.",
            expected=year,
            actual=int(span.end[:4]),
            evidence=span.value,
        )
    elif not _is_a_year(span.start, span.end):
        yield rule.finding(
            "WARN",
            [],
            f"数据的统计期限 {span.value} 不是整一年。",
            f"The data cover {span.value}, which is not one year.",
            evidence=span.value,
        )
    else:
        yield rule.passed([])


def _is_a_year(start: str, end: str) -> bool:
    """From 1 January to 31 December; in 2008 the law came into force on 1 May."""
    return start[:4] == end[:4] and end.endswith("-12-31") and (start.endswith("-01-01") or start == "2008-05-01")


def organ_agrees(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    if evidence.identity is None or not evidence.identity.organ:
        return
    organ, year = evidence.identity.organ, evidence.year
    named = [c for c in evidence.identity.candidates if c.field == "organ" and c.source in _PLACES]
    for other in named:
        if _differ(organ, other, year):
            yield rule.finding(
                "WARN",
                [],
                f"标题中的机关是“{organ}”，{_PLACES[other.source]}却是“{other.value}”。",
                f"The title names {organ}, the {_PLACES_EN[other.source]} {other.value}.",
                evidence=other.value,
            )
            return
    home, source = evidence.identity.region, evidence.division
    if home and source and home.code[:4] != source[:4] and not _one_in_the_other(home.code, source):
        yield rule.finding(
            "WARN",
            [],
            f"“{organ}”不在这个来源的行政区划（{source}）之内。",
            f"{organ} does not lie in the division of the source ({source}).",
            evidence=home.code,
        )
    elif named:
        yield rule.passed([])


# A page that is entitled otherwise than its text holds what was put there by mistake.
_PLACES = {
    "signature": "落款",
    "meta:ContentSource": "网页注明的来源",
    "meta:ArticleTitle": "网页的标题",
    "link": "指向它的链接",
}
_PLACES_EN = {
    "signature": "signature",
    "meta:ContentSource": "source that the page names",
    "meta:ArticleTitle": "title of the page",
    "link": "link to it",
}


def _differ(organ: str, other: Candidate, year: int | None) -> bool:
    """Whether two names are clearly those of different bodies: of other places, or in charge of other things."""
    here, there = resolve(organ, year=year).region, resolve(other.value, year=year).region
    if here and there and not _one_in_the_other(here.code, there.code):
        return True
    mine, theirs = _charges(organ), _charges(other.value)
    return bool(mine and theirs and not mine & theirs)


def _charges(organ: str) -> set[int]:
    if _TOWN.search(organ):
        return set()
    name = organ.replace("人民政府", "")  # which has 民政 in it
    return {_GROUP_OF[word] for word in _CHARGED.findall(name)}


def _one_in_the_other(one: str, two: str) -> bool:
    short, long = sorted((re.sub("(?:00){1,2}$", "", code) for code in (one, two)), key=len)
    return long.startswith(short)


RULES = (
    Rule(
        name="period",
        version=3,
        zh="统计期限是标题所说的那一年，从 1 月 1 日到 12 月 31 日，次年公布",
        en="The data cover the year of the title, 1 January to 31 December, and are published in the year after",
        source="《政府信息公开条例》第四十九条、第五十条",
        check=period,
    ),
    Rule(
        name="organ_agrees",
        version=2,
        zh="标题、落款、网页和来源说的是同一个机关",
        en="Title, signature, page and source name one organ",
        source="《政府信息公开条例》第四十九条",
        check=organ_agrees,
    ),
)
