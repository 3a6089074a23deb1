"""How Sphinx builds the guides; docs/build.py says which language."""

from __future__ import annotations

import os
import re

from sphinx import search
from sphinx.search.zh import SearchChinese


class SearchPairs(SearchChinese):
    """Every run of Chinese and every two characters of it: Sphinx itself finds Chinese only with jieba."""

    def split(self, input: str) -> list[str]:
        """The words of a text, for the index that the browser searches."""
        runs = re.findall(r"[\u4e00-\u9fff]+", input)
        pairs = [run[at : at + 2] for run in runs for at in range(len(run) - 1)]
        return [*runs, *pairs, *super().split(input)]


search.languages["zh"] = SearchPairs

LANGUAGE = os.environ["NIANBAO_DOCS_LANGUAGE"]
language = {"zh": "zh_CN", "en": "en"}[LANGUAGE]
project = {"zh": "年报 nianbao", "en": "nianbao 年报"}[LANGUAGE]
html_title = project
project_copyright = "nianbao"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 4
nitpicky = True
templates_path = ["_templates"]
html_theme = "furo"
html_theme_options: dict[str, list[str]] = {"top_of_page_buttons": []}
html_context = {"other": {"zh": "en", "en": "zh"}[LANGUAGE], "other_name": {"zh": "English", "en": "中文"}[LANGUAGE]}
html_sidebars = {
    "**": [
        *("sidebar/brand.html", "sidebar/other.html", "sidebar/search.html", "sidebar/scroll-start.html"),
        *("sidebar/navigation.html", "sidebar/scroll-end.html"),
    ]
}
html_show_sphinx = False
html_copy_source = False
