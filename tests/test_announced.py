"""What a report says of itself where no title does: which organ, which year."""

from __future__ import annotations

import pytest

from parsers.announced import announced
from tests.test_identity import identity

LAW = "根据《中华人民共和国政府信息公开条例》的规定，"


@pytest.mark.parametrize(
    ("sentence", "organ", "year"),
    [
        (f"{LAW}现公布青石县财政局（以下简称县财政局）2022年政府信息公开工作年度报告。", "青石县财政局", 2022),
        (f"{LAW}特向社会公布2024年白云乡人民政府政府信息公开工作情况报告。", "白云乡人民政府", 2024),
        (f"{LAW}现编制《河湾街道办事处2023年政府信息公开工作年度报告》。", "河湾街道办事处", 2023),
        ("本报告是根据条例要求，由河湾镇编制的2009年政府信息公开年度报告。", "河湾镇", 2009),
        (f"{LAW}青石市城东区河湾街道特编制2023年政府信息公开年度报告。", "青石市城东区河湾街道", 2023),
        ("青石县2009年政府信息公开工作年度报告（以下简称年报）根据《条例》进行编制。", "青石县", 2009),
        (f"{LAW}现公布我局2022年政府信息公开工作年度报告。", "", 2022),
        (f"{LAW}现将我乡2024年度政府信息公开工作情况报告如下：", "", 2024),
        ("现将2019年度政府信息公开工作公告如下：公开信息66条。", "", 2019),
        ("2022年，在区委的领导下，河湾街道办事处认真贯彻落实《政府信息公开条例》。", "河湾街道办事处", 2022),
        ("2021年，我局按照区政府的部署，进一步规范公开内容。", "", 2021),
        ("如有疑问，可通过门户网站的政府信息公开意见箱反映或直接与青石市政府信息公开办公室联系。", "青石市", None),
        ("如有疑问，请与青石县政府信息中心联系（地址：中山路1号）。", "青石县", None),
        ("2020年，区委、区政府认真贯彻落实《政府信息公开条例》。", "", 2020),
    ],
)
def test_a_report_names_itself_in_its_first_sentences(sentence: str, organ: str, year: int | None) -> None:
    found = identity(sentence, "一、总体情况")
    assert (found.organ, found.year) == (organ, year)


@pytest.mark.parametrize(
    "sentence",
    [
        "昨日，县政府公布青石县2020年政府信息公开工作年度报告。",
        "现将我局2021年政务公开工作情况总结如下：",
        "根据《关于编制政府信息公开工作年度报告的通知》，现公布有关事项。",
    ],
)
def test_what_others_say_of_a_report_is_no_title(sentence: str) -> None:
    assert list(announced([sentence])) == []


def test_an_organ_alone_above_the_preamble_is_the_reporting_one() -> None:
    assert (
        identity("青石县城东区国资局", f"{LAW}现公布区政府国资局2022年政府信息公开工作年度报告。").organ
        == "青石县城东区国资局"
    )
    assert identity("青石县人民政府", "政务公开", "一、总体情况").organ == ""
