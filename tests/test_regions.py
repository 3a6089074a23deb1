"""Which division an organ belongs to: by its own name, with context for namesakes, and never by a guess."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.regions import Region, in_full, region_of, resolve

LIST = (Path(__file__).parents[1] / "parsers" / "divisions.csv").read_text(encoding="utf-8")
DIVISIONS = list(csv.DictReader(LIST.splitlines()))
IN_FORCE = {row["code"]: row["name"] for row in DIVISIONS if not row["until"]}


def code(organ: str, source: str = "", *context: str, year: int | None = 2022) -> str:
    region = resolve(organ, source, context, year).region
    return region.code if region else ""


@pytest.mark.parametrize(
    ("organ", "expected"),
    [
        ("山东省财政厅", "370000"),
        ("威海市教育局", "371000"),
        ("周村区人民政府办公室", "370306"),
        ("淄博市周村区城北路街道办事处", "370306"),
        ("桂林市象山区教育局", "450304"),
        ("桂林象山区教育局", "450304"),
        ("广西壮族自治区桂林市象山区", "450304"),
        ("广西象山区教育局", "450304"),
        ("广西教育厅", "450000"),
        ("内蒙古自治区水利厅", "150000"),
        ("内蒙古水利厅", "150000"),
        ("新疆维吾尔自治区", "650000"),
        ("恩施州教育局", "422800"),
        ("恩施土家族苗族自治州教育局", "422800"),
        ("峨边县教育局", "511132"),
        ("巴林左旗林业局", "150422"),
        ("锡林郭勒盟行政公署", "152500"),
        ("阿克苏地区教育局", "652900"),
        ("阿克苏市教育局", "652901"),
        ("海南省教育厅", "460000"),
        ("海南州教育局", "632500"),
        ("海南区教育局", "150303"),
        ("吉林教育厅", "220000"),
        ("吉林市教育局", "220200"),
        ("朝阳市朝阳县教育局", "211321"),
        ("朝阳县教育局", "211321"),
        ("北京市朝阳区教育局", "110105"),
        ("北京朝阳区教育局", "110105"),
        ("长春市朝阳区教育局", "220104"),
        ("河南省河南蒙古族自治县教育局", "410000"),
        ("重庆市忠县教育局", "500233"),
        ("济源市财政局", "419001"),
        ("中山市东区街道办事处", "442000"),
        ("国家税务总局威海市税务局", "371000"),
        ("国家税务总局桂林市象山区税务局", "450304"),
        ("中华人民共和国威海海关", "371000"),
        ("中共周村区委办公室", "370306"),
        ("武汉东湖高新区管委会", "420100"),
        ("湘潭县石鼓镇人民政府", "430321"),
        ("溆浦县民政局(溆浦县老龄办)", "431224"),
    ],
)
def test_an_organ_that_names_its_division(organ: str, expected: str) -> None:
    assert code(organ) == expected


@pytest.mark.parametrize(
    "organ",
    [
        *("鼓楼区教育局", "朝阳区教育局", "城关区教育局", "西湖区教育局", "江苏省鼓楼区教育局"),
        *("东区财政局", "新城区管委会", "市中区教育局", "城关镇人民政府", "财政局", "本机关", ""),
        *(
            "教育部",
            "中华人民共和国教育部",
            "国家税务总局",
            "国家统计局",
            "中国人民银行",
            "国务院办公厅",
            "最高人民法院",
        ),
        *("中山路街道办事处", "四川北路街道办事处", "长春路街道", "南京东路街道办事处", "海口镇人民政府", "安庆乡"),
        *(
            "中山公园管理处",
            "东湖高新区管委会",
            "松山新区管委会",
            "太湖国家旅游度假区",
            "青石县教育局",
            "中国(上海)自由贸易试验区",
        ),
    ],
)
def test_an_organ_that_does_not(organ: str) -> None:
    assert code(organ) == ""


@pytest.mark.parametrize(
    ("organ", "expected"),
    [
        ("平潭综合实验区财政局", "350128"),
        ("福建省平潭综合实验区财政局", "350128"),
        ("昆山经济技术开发区管理委员会", "320583"),
        ("昆山高新区管委会", "320583"),
        ("仙桃高新技术产业开发区管理委员会", "429004"),
    ],
)
def test_a_zone_lies_in_the_only_county_that_has_its_name(organ: str, expected: str) -> None:
    resolved = resolve(organ, year=2022)
    assert resolved.region == region_of(expected)
    assert resolved.candidates[0] == (expected, "zone")


@pytest.mark.parametrize(
    "organ",
    [
        "安宁经济技术开发区",  # 安宁市 and 安宁区
        "和平经济开发区",  # 和平县 and 和平区
        "松山经济开发区",  # 松山区 is a district: 松山 is a hill elsewhere as well
        "江北新区",
        "长兴岛经济技术开发区",  # is not 长兴
        "大洼经济开发区",  # 大洼县 became a district
        "浙江省平潭综合实验区",
    ],
)
def test_a_zone_whose_name_others_have_lies_nowhere(organ: str) -> None:
    assert not any(why == "zone" for _, why in resolve(organ, year=2022).candidates)


def test_the_source_goes_before_the_name_of_a_zone() -> None:
    assert code("平潭综合实验区财政局", "370300") == "370300"
    assert code("平潭综合实验区财政局", "350000") == "350128"


def test_namesakes_are_all_kept_as_candidates() -> None:
    resolved = resolve("鼓楼区教育局", year=2022)
    assert resolved.region is None
    assert resolved.candidates == tuple((c, "organ") for c in ("320106", "320302", "350102", "410204"))


@pytest.mark.parametrize(
    ("organ", "source", "context", "expected"),
    [
        ("鼓楼区教育局", "350100", (), "350102"),
        ("鼓楼区教育局", "350102", (), "350102"),
        ("鼓楼区教育局", "350000", (), "350102"),
        ("鼓楼区教育局", "320000", (), ""),
        ("鼓楼区教育局", "320000", ("徐州市鼓楼区人民政府",), "320302"),
        ("鼓楼区教育局", "370000", (), ""),
        ("鼓楼区教育局", "", ("福州市人民政府",), "350102"),
        ("鼓楼区教育局", "", ("福建省人民政府门户网站",), "350102"),
        ("鼓楼区教育局", "", ("鼓楼区人民政府",), ""),
        ("鼓楼区教育局", "", ("福州市人民政府", "徐州市人民政府"), ""),
        ("鼓楼区教育局", "", ("福州市人民政府", "齐齐哈尔市人民政府"), "350102"),
        ("国家税务总局鼓楼区税务局", "350100", (), "350102"),
        ("东区财政局", "510400", (), "510402"),
        ("东区财政局", "442000", (), ""),
        ("开平区财政局", "370300", (), ""),
        ("财政局", "370306", (), "370306"),
        ("财政局", "999999", (), ""),
        ("城市管理局", "370306", (), "370306"),
        ("中山路街道办事处", "370200", (), "370200"),
        ("青石县财政局", "370306", (), ""),
        ("国家统计局", "370306", (), ""),
        ("", "370306", (), ""),
        ("平潭综合实验区财政局", "350128", (), "350128"),
        ("福建省平潭综合实验区财政局", "350128", (), "350128"),
        ("福建省财政厅", "350128", (), "350000"),
        ("东湖高新区管委会", "420100", (), "420100"),
        ("威海市教育局", "370000", (), "371000"),
        ("威海市教育局", "350100", (), "371000"),
    ],
)
def test_source_and_context(organ: str, source: str, context: tuple[str, ...], expected: str) -> None:
    assert code(organ, source, *context) == expected


@pytest.mark.parametrize(
    ("organ", "source", "expected"),
    [
        ("财政局", "370306", "周村区财政局"),
        ("财政局", "", "财政局"),
        ("城关镇人民政府", "431200", "怀化市城关镇人民政府"),
        ("平潭综合实验区财政局", "350128", "平潭综合实验区财政局"),
        ("福建省平潭综合实验区财政局", "350128", "福建省平潭综合实验区财政局"),
        ("县财政局", "370306", "县财政局"),
        ("区财政局", "370306", "周村区财政局"),
        ("市政府办公室", "371000", "威海市政府办公室"),
        ("市财政局", "370306", "市财政局"),
        ("周村区财政局", "370300", "周村区财政局"),
        ("鼓楼区教育局", "350100", "鼓楼区教育局"),
        ("教育部", "", "教育部"),
    ],
)
def test_an_organ_without_a_place_gets_that_of_its_source(organ: str, source: str, expected: str) -> None:
    assert in_full(organ, resolve(organ, source, year=2022), 2022) == expected


@pytest.mark.parametrize(
    ("organ", "year", "expected"),
    [
        ("寿县人民政府", 2012, "341521"),
        ("寿县人民政府", 2022, "340422"),
        ("寿县人民政府", None, "340422"),
        ("通州市教育局", 2008, "320683"),
        ("莱芜市莱城区教育局", 2015, "371202"),
        ("清河区财政局", 2012, ""),
        ("清河区财政局", 2020, "211204"),
        ("龙南县教育局", 2019, "360727"),
        ("无为市教育局", 2019, "340281"),
    ],
)
def test_divisions_come_and_go(organ: str, year: int | None, expected: str) -> None:
    assert code(organ, year=year) == expected


def test_a_region_has_the_names_of_what_it_lies_in() -> None:
    assert region_of("370306") == Region(code="370306", province="山东省", city="淄博市", county="周村区")
    assert region_of("370300") == Region(code="370300", province="山东省", city="淄博市", county="")
    assert region_of("370000") == Region(code="370000", province="山东省", city="", county="")
    assert region_of("110105") == Region(code="110105", province="北京市", city="", county="朝阳区")
    assert region_of("419001") == Region(code="419001", province="河南省", city="", county="济源市")
    assert region_of("420600") == Region(code="420600", province="湖北省", city="襄阳市", county="")
    assert region_of("350128001") is None


def test_the_list_is_complete() -> None:
    counties = [c for c in IN_FORCE if not c.endswith("00")]
    assert 2840 <= len(counties) <= 2860
    assert sum(c.endswith("0000") for c in IN_FORCE) == 34
    for c in counties:
        region = region_of(c)
        assert region is not None
        assert region.province
        assert region.city or c[2:4] in ("01", "02", "90") or c[:2] in ("81", "82", "71"), region


@given(st.sampled_from(sorted(IN_FORCE)))
def test_every_division_is_found_by_its_whole_name(division: str) -> None:
    region = region_of(division)
    assert region is not None
    assert code(f"{region.province}{region.city}{region.county}教育局", year=None) == division


@given(
    st.lists(
        st.sampled_from(sorted({*IN_FORCE.values(), *"教育局 人民政府 高新区 街道办事处 中山 路 市".split()})),
        max_size=4,
    )
)
def test_no_organ_is_put_where_its_name_does_not_begin(parts: list[str]) -> None:
    organ = "".join(parts)
    region = resolve(organ, year=2022).region
    if region:
        names = [region.county or region.city or region.province]
        short = names[0].removesuffix("市").removesuffix("省").removesuffix("自治区")[:2]
        assert short in organ


@given(
    st.text(alphabet="省市县区州旗盟镇乡局政府国家税务总中华人民共和北京鼓楼朝阳", max_size=20),
    st.sampled_from(["", "350100", "x"]),
)
def test_any_text_is_survived(text: str, source: str) -> None:
    resolved = resolve(text, source, (text,), 2020)
    assert resolved.region is None or resolved.region.code in {row["code"] for row in DIVISIONS}
