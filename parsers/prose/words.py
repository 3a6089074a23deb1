"""The words of a clause that counts something: what they mean to a number that stands beside them.

A clause is read as a whole or not at all: words that are not listed here may narrow what is counted, to one organ of
many, one kind, one month, and then the number is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_YEAR = r"20\d\d年度?"
_OPEN = "(?:依申请公开|(?:政府|政务)?信息(?:依申请)?公开|政务公开|公开|(?:政府)?信息申请)"
REQUEST = (
    "(?:(?:政府|政务)信息)?依法?申请(?:政府|政务)?(?:信息)?公开(?:(?:政府|政务)?信息)?(?:办理|受理)?(?:事项"
    "|案?件)?的?(?:书面)?(?:相关)?"
    "(?:申请|请求|要求)?(?:公开)?件?|(?:政府|政务)?(?:信息的?公开|公开信息)的?(?:办理)?申请(?:公开)?件?"
    "|申请公开(?:(?:政府|政务)?信息)?|公开(?:政府|政务)?信息的?申请|公开申请|要求公开(?:政府|政务)?信息的?申请"
)
CAUSE = (
    f"(?:(?:因|由|对|就|涉及|与|有关|关于|针对){1, 4}(?:本|我)?[局镇乡委办县区市厅院州省]?|涉及?"
    f"|针对)?(?:本(?:部门|单位|机关|局))?(?:有关)?{_OPEN}"
    "(?:工作|申请|答复|问题|事项|事务|规定|有关|相关|方面|情况|类|政府信息){0,6}的?(?:而|所)?"
    "(?:被|引起|引发|导致|产生|提起|提出|提请|发生|出现){0,4}的?"
)


# (name, pattern or words): the first that fits at a place is taken, so longer words stand before shorter ones.
TOKENS: tuple[tuple[str, str | tuple[str, ...]], ...] = (
    # how long, until when
    (
        "until",
        rf"截[至止到]+(?:{_YEAR}的?)?(?:12月(?:31日|份|底)?|年?底|年末|目前)[止]?"
        rf"|(?:自|从)?(?:{_YEAR})?0?1月(?:0?1日)?(?:起|开始)?[至到~—-]+(?:{_YEAR})?12月(?:31日|底)?(?:止|期间)*"
        "|12月31日(?:止|前)?",
    ),
    # rows of table three
    (
        "carried_in",
        rf"(?:上年度?|上一年度?|去年|以前年度|(?P<carried_from>{_YEAR}))(?:未办结)?(?:结转|转结|转入|遗留"
        rf"|延续)(?!至?到?入?(?:下|次|20))"
        "(?:至?(?:本年度?|今年))?(?:的|办理|继续)*件?|结转(?:自)?(?:上年度?|上一年度?|去年)"
        r"|(?<=含)结转件?(?=\d)",
    ),
    (
        "carried_out",
        r"结转(?:至|到|入)?(?:下|次|20\d\d)(?:一)?(?:年度?)?(?:继续)?(?:办理|答复|处理)?件?"
        "|转(?:至|入)?(?:下一?年度?)(?:继续)?(?:办理)?",
    ),
    ("year", _YEAR),
    ("all_year", "全年度?|本年度|本年(?!新|制|废|处理|收费)|今年(?:以来)?|年度内|年内|一年来|一年中"),
    ("not_held", "(?:属于?)?(?:本|我)(?:机关|单位|行政机关|局)?不掌握(?:相关)?(?:政府)?信息(?:的)?"),
    ("must_be_created", "没有现成信息(?:、?需要另行制作)?|需要?另行制作"),
    ("still_unclear", "补正后(?:申请内容)?仍不明确"),
    ("petition", "(?:属于?)?信访(?:、)?举报(?:、)?投诉类(?:的)?(?:申请)?"),
    ("repeat", "(?:属于?)?重复申请"),
    ("enforcement_file", "(?:属于?)?行政执法案卷(?:信息)?"),
    ("answered", "(?:予以|作出|做出|给予|进行|完成)?(?:答复|回复)(?:申请人)?"),
    ("closed", "(?:予以)?(?:办结|办理完毕|处理完毕|完成办理)"),
    ("received_new", "新收到?|新增|新受理|本年新收(?:到)?"),
    (
        "received",
        "(?:收到|接到|接收到?|接受|受理|收件)(?:(?:和|并|及|且)(?:按时限要求|按规定|妥善|依法|及时)*(?:处理"
        "|办理|答复|回复|受理|办结)+)?",
    ),
    ("partly", "(?:同意)?(?:予以)?部分(?:予以)?公开|区分处理"),
    ("denied", "不予以?公开|不同意公开|不公开"),
    ("disclosed", "(?:同意|全部)?予以公开|同意(?:全部)?公开|全部公开"),
    ("unavailable", "无法(?:予以)?提供|不能提供"),
    ("not_processed", "(?:不予|不再)(?:以)?处理"),
    ("other_outcome", "其他处理|其它处理|作?其[他它](?:方式|情形|类)?处理|其[他它]情形|其[他它](?:办理)?结果"),
    ("anyone", "(?:自然人|公民)、法人(?:和|或|及|、)者?其[他它]组织"),
    ("other_applicant", r"其[他它](?:组织|申请人)?(?=\d)"),
    # applicants
    ("natural_person", "自然人|公民个人|公民|个人"),
    ("legal_person", "法人(?:(?:和|或|及|、)者?其[他它]组织)?|法人组织"),
    ("business", "商业企业|企业法人|企业"),
    ("research", "科研机构"),
    ("social_welfare", "社会公益组织|公益组织"),
    ("legal_service", "法律服务机构"),
    # outcomes of table four
    ("upheld", "结果维持|维持(?:原?(?:具体)?行政行为|原答复)?"),
    ("corrected", "结果纠正|被?(?:依法)?纠(?:正|错)"),
    ("pending", "尚未审结|未审结|尚未结案|未结案|正在审理中?|审理中|未结"),
    # what is counted
    ("reconsideration", f"(?:{CAUSE})?(?:被)?(?:申请|提起|提出)?(?:的)?行政复议(?:申请|案件?)?"),
    ("after", "(?:经)?复议后(?:又)?(?:直接)?(?:提?起诉|诉讼)(?:的)?"),
    ("direct", "未经复议(?:而)?直接(?:提?起诉|诉讼)(?:的)?"),
    ("litigation", f"(?:{CAUSE})?(?:被)?(?:提起|提出)?(?:的)?(?:行政诉讼|行政应诉|诉讼)(?:案件?)?"),
    ("request", REQUEST),
    ("licence", "行政许可"),
    ("penalty", "行政处罚"),
    ("coercion", "行政强制(?:措施|执行)?"),
    ("other_service", "其[他它]对外管理服务"),
    ("fee", "行政事业性收费"),
    ("normative", "(?:行政)?规范性文件"),
    ("regulation", "(?:政府)?规章(?!制度)"),
    ("apply", "申请(?:书|表|件)?"),
    # what was done
    ("decided", "(?:作出|做出|实施|下达)(?:的)?|(?:处理)?决定"),
    ("made", "(?:本年)?(?:制发|新制作)"),
    ("drawn_up", "制定(?:出台|印发)?|出台"),
    ("repealed", "(?:宣布)?(?:废止|失效)(?:和?失效)?|清理废止"),
    ("in_force", "现行有效(?:的)?"),
    ("kept", "继续有效(?:的)?"),
    ("proactive", "主动公开"),
    ("published", "(?:向社会)?(?:公开|公示|公布|发布)"),
    ("handled", "(?:办理|处理|办件)(?:回复|答复)?|完成(?=依申请|(?:政府)?信息公开申请|申请)"),
    ("charged", "收取|征收"),
    # how many, and of what
    ("among", "其中|包括|包含|含"),
    ("each", "均|都|皆|全部"),
    ("respectively", "分别"),
    ("since", "累计|历年|以来"),
    ("every_channel", "等(?:多种|各种)?(?:方式|渠道|途径|形式)"),
    ("compared", "同比|环比|较|比"),
    (
        "scope",
        tuple(
            (
                "上年 上一年 上年度 上一年度 去年 同期 月 季度 半年 网络 网上 网站 平台 系统 渠道 互联网"
                " 电子邮件 邮件 邮箱 信函 邮寄 快递 挂号 传真 当面 现场 窗口 书面 口头 电话 来访 线上 线下 受理点"
                " 乡镇 街道 部门 下属 所属 基层 各县 各区 各市 各乡 各镇 各单 各部 各级"
            ).split()
        ),
    ),
    (
        "aside",
        tuple(
            (
                ""
                ""
                ""
                "增加 增长 减少 下降 上升 占 除 以外 超期 逾期 延期 撤回 撤销 补正 不服 收费 涉及 关于 约 近 左右 余 多"
                " 以上 第 每 条例 规定 办法 指南 目录"
            ).split()
        ),
    ),
    ("delimiter", "[,，;；、()（）。]|和|及(?!时)|以及|与"),
    ("information", "(?:政府|政务)?信息(?!公开)"),
    (
        "filler",
        tuple(
            (
                ""
                ""
                ""
                "共 共计 总共 一共 合计 总计 总数 计 已 已经 现 现已 目前 有 为 是 的 了 到 过 数量 件数 数 量 案件 案"
                " 事项 情况 情形 项目 类 各 被 向 我 本 该 单位 机关 行政机关 局 镇 乡 委 办 县 区 市 厅 院 州 省"
                ""
                ""
                ""
                " 人民政府 政府 办公室 依法 依规 按时 按期 按规定 按照规定 及时 规范 严格 认真 妥善 有效 顺利 工作 办公"
                " 结果 内 : ： “ ” \" ' 《 》 中 予以 给予 进行 提交 提出 申请人 社会公众 群众 公众 社会 人民群众"
                " 相关 有关 属 属于 因 起 发生 产生 引发 引起 涉及政府信息公开 政府信息公开 方面 开展 完成 所有 统一"
            ).split()
        ),
    ),
)
SIGNS = ",;():\"'"  # of ASCII, as folding leaves them
UNIT = "件次|人次|[件条宗起例份项次部个]"
_DIGITS = r"(?<![\d.])(?<!\d[,，])(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d.%％‰])(?!，\d{3}(?!\d))"
_SPELLED = "[零〇一二两三四五六七八九十百千]+"
NUMBER = (
    rf"(?P<digits>{_DIGITS})(?P<unit>{UNIT}|(?P<money>亿元|万元|元)"
    rf"|(?![余多几\d年月日号点时分%万亿百千人户家名类期家场篇]))"
    rf"|(?<![第{_SPELLED[1:-2]}\d])(?P<spelled>{_SPELLED})(?P<spelled_unit>件|[条宗起例份](?!申请)|项(?!规定"
    rf"|制度))(?![事式套])"
)


# What these may begin with: they are long, and most of their characters stand in many clauses.
_DISPUTES = "因由对就涉与有关针本政信依公被申提的行诉"
_BEGIN = {"request": "政信依申公要", "reconsideration": _DISPUTES, "litigation": _DISPUTES}


def _here(character: str, tokens: Sequence[tuple[str, str | tuple[str, ...]]]) -> str:
    """The tokens that may begin with a character; a pattern that only holds it somewhere else does no harm."""
    found = [f"(?P<number>{NUMBER})"] if character.isdigit() or character in _SPELLED else []
    for name, pattern in tokens:
        if not isinstance(pattern, str):
            pattern = "|".join(sorted((word for word in pattern if word[0] == character), key=len, reverse=True))
        elif character in SIGNS:  # in all the others signs of the pattern
            pattern = pattern if name == "delimiter" else ""
        elif character not in _BEGIN.get(name, pattern) and not (character.isdigit() and r"\d" in pattern):
            continue
        if pattern:
            found.append(f"(?P<{name}>{pattern})")
    return "|".join(found)


_CHARACTERS = {c for _, pattern in TOKENS for c in "".join(pattern)} | set("0123456789") | set(_SPELLED[1:-2])
TOKEN_AT: dict[str, re.Pattern[str]] = {
    c: re.compile(tokens)
    for c in sorted(_CHARACTERS)
    if (not c.isascii() or c.isdigit() or c in SIGNS) and (tokens := _here(c, TOKENS))
}
# Without any of these words none of the long patterns fits, which cost as much as all the others.
TOPICAL = re.compile("申请|复议|诉讼|应诉")
_PLAIN = [token for token in TOKENS if token[0] not in _BEGIN]
PLAIN_AT = TOKEN_AT | {c: re.compile(_here(c, _PLAIN) or "(?!)") for c in {*"".join(_BEGIN.values())} & TOKEN_AT.keys()}
