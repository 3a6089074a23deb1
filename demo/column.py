"""What the sample portal publishes: the rows of its annual-report column, newest first, and one reading of a report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

COLUMN = PurePosixPath("zwgk/zfxxgk/zfxxgknb")
READINGS = PurePosixPath("zcjd")

Shape = Literal["word", "plain", "docx", "doc", "text", "article"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One entry of a list page and the document behind it."""

    date: str  # YYYY-MM-DD, as the portal shows it
    number: str  # TRS document number, unique on the portal
    title: str
    organ: str
    shape: Shape = "article"  # how the document is published; "article" is a page that is no report
    report: str = ""  # name of the report in reports/, "" if it is none
    attachment: str = ""  # file name of the attachment, "" if there is none
    date_in_anchor: bool = False  # the list shows the date inside the link text
    reading: Row | None = None  # linked from a box inside the same list entry
    folder: PurePosixPath = COLUMN

    @property
    def path(self) -> PurePosixPath:
        """Where the document lies on the portal, relative to its root."""
        suffix = "txt" if self.shape == "text" else "html"
        return self.directory / f"t{self.date.replace('-', '')}_{self.number}.{suffix}"

    @property
    def directory(self) -> PurePosixPath:
        """The month's directory, which TRS WCM makes from the date."""
        return self.folder / self.date[:7].replace("-", "")


OFFICE = "青石县政务公开办公室"
COUNTY = "青石县人民政府"

READING = Row(
    date="2021-01-29",
    number="700210",
    title="《卫东区人民政府2020年政府信息公开工作年度报告》解读",
    organ=OFFICE,
    folder=READINGS,
)

PAGES: tuple[tuple[Row, ...], ...] = (
    (
        Row(
            date="2021-03-22",
            number="700105",
            title="株洲市渌口区行政审批服务局 2020年政府信息公开工作年度报告",
            organ="株洲市渌口区行政审批服务局",
            shape="text",
            report="lukou-2020",
        ),
        Row(date="2021-01-29", number="700131", title="青石县2020年法治政府建设年度报告", organ=COUNTY),
        Row(
            date="2021-01-29",
            number="700106",
            title="一图读懂卫东区人民政府2020年政府信息公开工作年度报告",
            organ=OFFICE,
        ),
        Row(
            date="2021-01-28",
            number="700103",
            title="卫东区人民政府2020年政府信息公开工作年度报告",
            organ="卫东区人民政府",
            shape="plain",
            report="weidong-2020",
            reading=READING,
        ),
        Row(
            date="2021-01-22",
            number="700101",
            title="周村区行政审批服务局2020年度政府信息公开工作报告",
            organ="周村区行政审批服务局",
            shape="word",
            report="zhoucun-2020",
        ),
        Row(date="2021-01-20", number="700120", title="政府网站工作年度报表（2020年度）", organ=COUNTY),
        Row(
            date="2021-01-15",
            number="700102",
            title="安康市行政审批服务局2020年政府信息公开年度报告",
            organ="安康市行政审批服务局",
            shape="docx",
            report="ankang-2020",
            attachment="P020210115401122334455.docx",
            date_in_anchor=True,
        ),
    ),
    (
        Row(
            date="2020-12-25",
            number="700088",
            title="关于做好2020年度政府信息公开工作年度报告编制工作的通知",
            organ=OFFICE,
        ),
        Row(
            date="2020-01-21",
            number="600104",
            title="威海火炬高技术产业开发区行政审批服务局2019年政府信息公开工作年度报告",
            organ="威海火炬高技术产业开发区行政审批服务局",
            shape="doc",
            report="weihai-2019",
            attachment="P020200121506677889900.doc",
        ),
        Row(date="2020-01-16", number="600131", title="青石县2019年法治政府建设年度报告", organ=COUNTY),
        Row(date="2020-01-10", number="600120", title="政府网站工作年度报表（2019年度）", organ=COUNTY),
        Row(
            date="2019-12-24",
            number="600088",
            title="关于做好2019年度政府信息公开工作年度报告编制工作的通知",
            organ=OFFICE,
        ),
    ),
)

ROWS: tuple[Row, ...] = (*(row for page in PAGES for row in page), READING)
