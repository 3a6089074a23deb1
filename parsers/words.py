"""The words by which what was read is shown to people: Chinese, and English beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parsers.forms import INDICATORS

Words = tuple[str, str]  # Chinese, English

STATES: Mapping[str, Words] = {
    "number": ("数字", "number"),
    "blank": ("空白", "blank"),
    "placeholder": ("占位符", "placeholder"),
    "text": ("文字", "text, no number"),
    "unreadable": ("读不出", "unreadable"),
    "extra": ("表式以外的行，另存", "of a row that the form does not have; kept apart"),
    "leftover": ("未归入任何一项", "left over, belongs to nothing"),
}
NOT_READ: Words = ("同类的表不止一张，这一张没有读", "of a table that was not read, one of several of its kind")
METHODS: Mapping[str, Words] = {
    "grid": ("按表格", "by the grid"),
    "flat": ("按文字次序", "by the order of the text"),
    "sums": ("按合计拆分", "glued digits, split by the sums"),
    "ocr": ("识图", "by character recognition"),
}
VERDICTS: Mapping[str, Words] = {  # the gravest first
    "FAIL": ("不符", "fails"),
    "WARN": ("存疑", "doubtful"),
    "UNCERTAIN": ("因空白不定", "uncertain, for blanks"),
    "NOT_ASSESSABLE": ("无法核对", "cannot be checked"),
    "NOT_REPORTED": ("未填报", "not reported"),
    "INFO": ("说明", "for information"),
}
KINDS: Mapping[str, Words] = {
    "report": ("年度报告", "report"),
    "several": ("几份文件", "several documents"),
    "attachment_only": ("正文在附件", "report in the attachment"),
    "image_only": ("只有图片", "pictures only"),
    "variant": ("图解等版本", "variant"),
    "notice": ("通知公告", "notice"),
    "other_report": ("其他年度报告", "another yearly report"),
    "list": ("栏目列表", "list"),
    "soft_404": ("出错页", "error page"),
    "blocked": ("被拦截", "blocked"),
    "empty": ("空", "empty"),
    "unreadable": ("无法读取", "unreadable"),
    "other": ("其他内容", "something else"),
}
FIELDS: Mapping[str, Words] = {
    "organ": ("机关", "organ"),
    "year": ("年度", "year"),
    "published": ("公布日期", "published"),
    "period": ("统计期限", "period"),
    "division": ("区划代码", "division"),
}
_LABELS = {(i.form, i.indicator): f"{i.row_label.replace('/', ' › ')} · {i.column_label}" for i in INDICATORS}
_ANY = {indicator: label for (_, indicator), label in _LABELS.items()}


def official(indicator: str, forms: Sequence[str]) -> str:
    """The label of an indicator in the first of the forms that has it; its own name where no form does."""
    return next(
        (_LABELS[form, indicator] for form in forms if (form, indicator) in _LABELS), _ANY.get(indicator, indicator)
    )
