"""The sentences around a form: title, issuer and period, and other numbers that are no disclosure figures."""

from __future__ import annotations

from random import Random

from tests.generator.document import Box, Table
from tests.generator.spec import FormSpec

CHECK_SUM = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
WRONG_HEADS = ("处理情况", "本年新收件数", "上年结转件数", "予以公开", "部分公开", "不予公开", "无法提供", "不予处理")
LOCAL_ROWS = (("热线电话受理数", "件"), ("建议提案办理数", "件"), ("公开目录更新数", "条"), ("其中:涉农信息数", "条"),
              ("新媒体账号数", "个"))
_OTHER = ("门户网站访问量", "热线来电量", "县长信箱来信量", "在线办事数", "抽检批次", "培训资料印发量")


def opening(spec: FormSpec, issuer: str, year: int) -> list[str]:
    """Title, issuer clause, statistical period, and the heading of the overview."""
    return [
        f"{issuer}{year}年政府信息公开工作年度报告",
        f"本报告由{issuer}编制，所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
        "一、总体情况" if spec.blocks else "一、概述",
        "各项工作按要点开展，公开指南和目录已经更新。",
    ]


def closing(issuer: str, year: int, rng: Random) -> list[str]:
    return ["五、存在的主要问题及改进情况", "公开的主动性有待提高，将加强指导。", issuer,
            f"{year + 1}年{rng.randint(1, 3)}月{rng.randint(1, 28)}日"]


def other_table(rng: Random, year: int) -> list[str | Table]:
    """A table and a sentence about other things, in the same units."""
    rows = [tuple(map(Box, ("指标名称", f"{year - 1}年", f"{year}年", "增减值")))]
    for name in rng.sample(_OTHER, 3):
        before, now = rng.randint(100, 9000), rng.randint(100, 9000)
        rows.append((Box(name, "label"), *(Box(str(n), "figure") for n in (before, now)), Box(f"{now - before:+d}")))
    return [f"全年热线平台受理来电{rng.randint(300, 9000)}个，抽检食品{rng.randint(20, 900)}批次，"
            f"县长信箱办理来信{rng.randint(20, 900)}件，办结率100%。", "重点工作指标", Table(tuple(rows))]
