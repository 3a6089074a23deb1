"""The portal's pages as text: home, hubs, list pages and articles, made from templates and the rows of the column."""

from __future__ import annotations

import html
from pathlib import Path, PurePosixPath
from string import Template

from demo import markup
from demo.column import COLUMN, PAGES, READING, READINGS, ROWS, Row

HERE = Path(__file__).parent

# Directory -> name, in the order of the breadcrumb; "" is the home page.
NAMES = {
    "": "首页",
    "zwgk": "政务公开",
    "zwgk/zfxxgk": "政府信息公开",
    "zwgk/zfxxgk/zfxxgkzn": "政府信息公开指南",
    "zwgk/zfxxgk/zfxxgkzd": "政府信息公开制度",
    "zwgk/zfxxgk/fdzdgknr": "法定主动公开内容",
    "zwgk/zfxxgk/zfxxgknb": "政府信息公开年报",
    "zcjd": "政策解读",
}
MENU = tuple(PurePosixPath(path) for path in NAMES if path.count("/") == 2)
HUBS = {
    "zwgk": "<p>政务公开栏目包括政府信息公开、政策解读等内容。</p>",
    "zwgk/zfxxgk": "<p>请从左侧选择政府信息公开指南、制度、法定主动公开内容或者年报。</p>",
    "zwgk/zfxxgk/zfxxgkzn": "<p>公民、法人或者其他组织可以通过信函、当面等方式提出政府信息公开申请。（虚构内容）</p>",
    "zwgk/zfxxgk/zfxxgkzd": "<p>本栏目公布政府信息公开有关制度。（虚构内容）</p>",
    "zwgk/zfxxgk/fdzdgknr": "<p>本栏目公布机构职能、规划计划、财政信息等内容。（虚构内容）</p>",
}
LONGEST_ANCHOR = 26  # characters; the list cuts longer titles, as TRS list templates do


def home() -> str:
    """The home page; its link to /internal/ is what robots.txt forbids to follow."""
    notices = "\n".join(
        _item(row) for row in ROWS if row.shape == "article" and row.folder == COLUMN and "读懂" not in row.title
    )
    body = _fill("home.html", notices=notices, readings=_item(READING))
    return _frame("青石县人民政府", "", "", body)


def hub(path: str) -> str:
    """A column page that only leads on to others."""
    return _hub_page(PurePosixPath(path), HUBS[path])


def readings() -> str:
    """The column of policy readings."""
    rows = f'<ul class="u-list">\n{_list_row(READING)}\n <li class="empty"></li>\n</ul>'
    return _hub_page(READINGS, rows)


def column_page(number: int) -> str:
    """Page `number` (from 0) of the annual-report column; where the other pages are stands only in a script."""
    rows = "\n".join(_list_row(row) for row in PAGES[number])
    return _hub_page(COLUMN, _fill("list.html", rows=rows, current=str(number), count=str(len(PAGES))))


def article(row: Row) -> str:
    """The article page of a row; the one in the older shape declares gb2312."""
    metas = _column_metas(row.folder) + "".join(
        f'\n<meta name="{name}" content="{html.escape(value)}">'
        for name, value in (
            ("ArticleTitle", row.title),
            ("PubDate", f"{row.date} 09:{int(row.number) % 60:02}:08"),
            ("ContentSource", row.organ),
            ("Keywords", "政府信息公开"),
            ("Author", ""),
            ("Description", row.title),
        )
    )
    trail = _trail(row.folder, "../" * len(row.directory.parts))
    title, organ = html.escape(row.title), html.escape(row.organ)
    if row.shape == "plain":
        return _fill(
            "article_old.html",
            title=title,
            metas=metas,
            trail=trail,
            organ=organ,
            date=row.date,
            content=_content(row),
        )
    body = _fill(
        "article.html",
        trail=trail,
        index=f"003399210/{row.date[:4]}-{row.number[1:]}",
        organ=organ,
        title=title,
        chinese_date="{}年{}月{}日".format(*row.date.split("-")),
        slash_date=row.date.replace("-", "/"),
        content=_content(row),
        attachment=_attachment(row),
    )
    return _frame(f"{title}-青石县人民政府", metas, "../" * len(row.directory.parts), body)


def _content(row: Row) -> str:
    if row.shape in ("word", "plain"):
        report = markup.article((HERE / "reports" / f"{row.report}.html").read_bytes())
        return markup.word(report) if row.shape == "word" else markup.plain(report)
    if row.shape == "docx":
        return "<p>详见附件</p>"
    if row.shape == "doc":
        return "<p>&nbsp;</p>"
    return "\n" + (HERE / "articles" / f"{row.number}.html").read_text(encoding="utf-8")


def _attachment(row: Row) -> str:
    if not row.attachment:
        return ""
    name = html.escape(row.title) + (".doc" if row.shape == "doc" else "")
    return f'<div class="attachment">附件：<a href="./{row.attachment}">{name}</a></div>\n'


def _list_row(row: Row) -> str:
    title = html.escape(row.title)
    href = f"./{row.path.relative_to(row.folder)}"
    if row.date_in_anchor:
        return f' <li><a href="{href}">{title}<span>{row.date}</span></a></li>'
    shown = title if len(title) <= LONGEST_ANCHOR else title[: LONGEST_ANCHOR - 4] + "..."
    box = f"\n  {_popbox(row.reading)}" if row.reading else ""
    return f' <li><a href="{href}" title="{title}">{shown}</a>{box}\n  <span>{row.date.replace("-", "/")}</span></li>'


def _popbox(reading: Row) -> str:
    link = f'<a href="../../../{reading.path}" title="{html.escape(reading.title)}">解读</a>'
    return f'<div class="popbox"><ul><li>{link}</li></ul></div>'


def _item(row: Row) -> str:
    return f'<li><a href="./{row.path}">{html.escape(row.title)}</a></li>'


def _hub_page(path: PurePosixPath, main: str) -> str:
    root = "../" * len(path.parts)
    menu = "\n".join(
        f'<li{" class=on" if entry == path else ""}><a href="{root}{entry}/">{NAMES[str(entry)]}</a></li>'
        for entry in MENU
    )
    name = NAMES[str(path)]
    body = _fill("hub.html", trail=_trail(path, root), heading="政府信息公开", menu=menu, main=main)
    return _frame(f"{name}-青石县人民政府", _column_metas(path), root, body)


def _column_metas(path: PurePosixPath) -> str:
    name = NAMES[str(path)]
    kind = "信息公开年报" if path == COLUMN else name
    return f'\n<meta name="ColumnName"content="{name}"><meta name="ColumnType"content="{kind}">'


def _trail(path: PurePosixPath, root: str) -> str:
    folders = [PurePosixPath(), *reversed(path.parents[:-1]), path]
    links = (
        f'<a href="{root}{"" if not folder.parts else f"{folder}/"}" class="CurrChnlCls">'
        f"{NAMES[str(folder) if folder.parts else '']}</a>"
        for folder in folders
    )
    return "&nbsp;&gt;&nbsp;".join(links)


def _frame(title: str, metas: str, root: str, body: str) -> str:
    return _fill("frame.html", title=title, metas=metas, root=root or "./", body=body)


def _fill(name: str, **values: str) -> str:
    return Template((HERE / "templates" / name).read_text(encoding="utf-8")).substitute(values)
