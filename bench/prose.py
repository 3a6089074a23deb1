"""Prose as reports have it: sentences of usual shapes with other numbers, and clauses put together of usual words."""

from __future__ import annotations

import random
from itertools import product

# Shapes of what such reports say, with places for numbers, years, names.
SHAPES = (
    "{year}年，{organ}认真贯彻落实《中华人民共和国政府信息公开条例》，通过门户网站主动公开政府信息{n}条",
    "全年共收到政府信息公开申请{n}件，其中当面申请{m}件，网络申请{m}件，信函申请{m}件，均已按时答复",
    "因政府信息公开被申请行政复议{m}件，维持{m}件，纠正{m}件；提起行政诉讼{m}件",
    "本年度未发生因政府信息公开引起的行政复议和行政诉讼",
    "通过12345政务服务便民热线受理群众咨询{n}件，办结率{m}％",
    "公开行政许可{n}件、行政处罚{n}件、行政强制{m}件，公开财政预决算及“三公”经费信息{m}条",
    "一是公开的主动性还不够强，二是政策解读的形式比较单一，三是工作人员业务能力有待提高",
    "下一步，我区将进一步加强组织领导，完善工作机制，强化对重点领域信息的公开",
    "举办业务培训班{m}期，培训人员{n}人次，接受上级考核{m}次",
    "依申请公开信息处理费收取情况：{year}年度未收取信息处理费",
    "政务新媒体发布信息{n}条，微信公众号关注人数{n}人，其中{name}社区试点公开目录{m}项",
    "推进基层政务公开标准化规范化，编制{name}等{m}个领域的标准目录，公开事项{n}项",
)
NAMED = "东西南北中阳安平和兴新华山河湖桥城石青白金玉龙凤云"
# Clauses of a how, a what is done, a which and a what; so many of each that few are met twice.
HOW = (
    "进一步 持续 不断 切实 严格 及时 全面 认真 扎实 积极 着力 稳步 深入 依法 规范 主动 统筹 有序 重点"
    " 大力 坚持 逐步 全力 有效 常态化 定期"
).split()
DONE = (
    "推进 加强 完善 落实 健全 优化 拓宽 强化 规范 做好 提升 深化 细化 明确 开展 组织 更新 发布 审查 核对"
    " 梳理 编制 调整 回应 解读 受理 办理 答复 督促 考核 培训 整改 补齐 压实 畅通 归集 公示 清理 修订 保障"
).split()
WHICH = (
    "政府 重点领域 基层 行政 财政 民生 教育 医疗 住房 环保 就业 社保 乡村振兴 安全生产 食品药品 城市建设"
    " 营商环境 疫情防控 重大项目 公共资源 土地征收 政策性 规范性文件 社会救助 养老服务 公共文化 交通运输"
    " 水利 农业 信访 统计 审计 应急管理 市场监管 自然资源 户籍 税费 企业 群众 部门"
).split()
WHAT = (
    "信息公开工作 信息发布机制 公开目录 公开指南 政策解读 申请办理流程 答复质量 平台建设 网站栏目"
    " 新媒体矩阵 保密审查制度 责任体系 监督考核 业务培训 队伍建设 回应关切 公众参与 意见征集 数据开放"
    " 档案管理 公开专区 政务大厅 办事指南 结果公开 决策预公开 清单管理 动态更新 问题整改 宣传引导 服务水平"
    " 时效性 准确性 规范化水平 标准化建设 会议开放 议题公开 建议提案办理 三公经费 权责清单 便民举措"
).split()
SHAPED = 0.3  # of the clauses; the others are put together


def names(chosen: random.Random, count: int) -> list[str]:
    """Names of places, two characters each."""
    return ["".join(chosen.choices(NAMED, k=2)) for _ in range(count)]


def clauses(chosen: random.Random, count: int) -> list[str]:
    """So many clauses, none of which says whose report it is."""
    places = names(chosen, 400)
    return [_shaped(chosen, places) if chosen.random() < SHAPED else _together(chosen) for _ in range(count)]


def _shaped(chosen: random.Random, places: list[str]) -> str:
    return chosen.choice(SHAPES).format(
        year=chosen.randint(2018, 2025), organ="本机关", n=chosen.randint(0, 20_000), m=chosen.randint(0, 90),
        name=chosen.choice(places),
    )  # fmt: skip


def _together(chosen: random.Random) -> str:
    return "".join(map(chosen.choice, (HOW, DONE, WHICH, WHAT)))


def county_names() -> list[str]:
    """As many as a country of a million reports has counties, of two characters first, then of three."""
    return ["".join(signs) for length in (2, 3) for signs in product(NAMED, repeat=length)]
