"""Quality and accuracy: what the published file says of itself, and what was measured. Text of documents stays text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.site.markup import heading, paragraph, table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ACCURACY = re.compile(r"<!-- accuracy -->\n(.*?)<!-- /accuracy -->", re.DOTALL)
NOT_PUBLISHED = (
    "构建本站时没有已发布的数据文件，故本页无数据；先运行 `foi refresh`。"
    "There was no published file when this site was built, so this page has no figures: `foi refresh` makes one."
)
DATA_DOCS = "[Data Docs：逐项检验 every check in detail](../data-docs/index.html)"
# Title, heads, query. Figures of the published file, as they stand.
FACTS = (
    ("文件 What was read", "files", ("状态 state", "文件数 files"),
     "SELECT landing_state, count(*) FROM marts.fact_landing_files GROUP BY 1 ORDER BY 2 DESC, 1"),
    ("报告 Reports by form and quality grade", "reports",
     ("等级 grade", "报告 reports", "采用 preferred", "数值 figures", "问题 issues", "不平 sums that do not close"),
     """SELECT quality_grade, count(*), count(*) FILTER (is_preferred), sum(figure_count)::BIGINT,
               sum(issue_count)::BIGINT, sum(discrepancy_count)::BIGINT
        FROM marts.dim_report GROUP BY 1 ORDER BY 1"""),
    ("单元格 States of the printed cells", "states", ("状态 state", "来源 origin", "数值 figures"),
     "SELECT value_state, origin, count(*) FROM marts.fact_reported_figures GROUP BY 1, 2 ORDER BY 2, 3 DESC"),
    ("勾稽关系 Identities, as published", "identities",
     ("表式 form", "成立 closes", "不成立 does not close", "无法判断 not assessable"),
     """SELECT template_code, count(*) FILTER (status = 'closes'), count(*) FILTER (status = 'does_not_close'),
               count(*) FILTER (status = 'not_assessable')
        FROM marts.fact_report_discrepancies GROUP BY 1 ORDER BY 1"""),
    ("发现 Findings, by kind", "findings",
     ("种类 kind", "责任 fault", "复核 review", "件数 findings", "报告数 reports"),
     """SELECT kind, fault_owner, review_status, count(*), count(DISTINCT report_id) FROM marts.fact_findings
        GROUP BY ALL ORDER BY 4 DESC, 1, 2, 3"""),
    ("逐条发现 Findings, the gravest 200", "finding-list",
     ("报告 report", "规则 check", "申请人 applicant", "左 left", "右 right", "差 difference", "责任 fault", "说明",
      "finding"),
     """SELECT r.source_file, f.check_code, f.applicant_type_code, f.left_value, f.right_value, f.difference,
               f.fault_owner, f.message_zh, f.message_en
        FROM marts.fact_findings AS f JOIN marts.dim_report AS r USING (report_id)
        ORDER BY f.severity_score DESC NULLS LAST, f.finding_id LIMIT 200"""),
    ("未能理解之处 What was not understood, by kind", "issues",
     ("种类 kind", "含义", "meaning", "轻重 severity", "处数 number"),
     """SELECT issue_kind, title_zh, title_en, severity, count(*) FROM marts.fact_report_issues
        GROUP BY ALL ORDER BY 5 DESC, 1"""),
    ("逐条 Issues, the first 200", "issue-list",
     ("报告 report", "种类 kind", "说明 message", "印刷文本 printed text", "页 page", "表 table", "行 row",
      "列 column"),
     """SELECT source_file, issue_kind, message, printed_text, page, table_index, row_index, column_index
        FROM marts.fact_report_issues ORDER BY source_file, issue_no LIMIT 200"""),
    ("检验 Checks of plausibility, in the last refresh", "checks",
     ("套件 suite", "期望 expectation", "所见 observed", "轻重 severity", "通过 holds"),
     """SELECT suite, description, observed, severity, success FROM marts.fact_check_results
        WHERE is_latest ORDER BY success, suite, expectation_no"""),
)  # fmt: skip


def pages(connection: DuckDBPyConnection | None, readme: Path, has_data_docs: bool) -> dict[str, str]:
    """Path in the site to Markdown: quality of the published file (``connection``), accuracy of the README."""
    return {"quality/index.md": _quality(connection, has_data_docs), "quality/accuracy.md": _accuracy(readme)}


def _quality(connection: DuckDBPyConnection | None, has_data_docs: bool) -> str:
    top = (
        "# 数据质量 · Quality\n\n"
        "发布者自己的数不平，是关于报告的发现，不是本库的错误；印刷数值从不改动。\n\n"
        "Where a publisher's own sums do not close, that is a finding about the report and no error of the warehouse; "
        "printed figures are never changed.\n"
    )
    if has_data_docs:
        top += f"\n{DATA_DOCS}\n"
    if connection is None:
        return top + paragraph(NOT_PUBLISHED.replace("`", ""))
    parts = [top]
    for title, anchor, heads, query in FACTS:
        rows = connection.execute(query).fetchall()
        parts += [heading(2, title, anchor), table(heads, rows)]
    return "".join(parts)


def _accuracy(readme: Path) -> str:
    found = ACCURACY.search(readme.read_text(encoding="utf-8")) if readme.is_file() else None
    top = (
        "# 准确度 · Accuracy\n\n"
        "读取的准确度以带答案的报告公开测定：`foi accuracy KEY --reports DIR` 可重做。\n\n"
        "How exactly reports are read is measured in the open, against answer keys: `foi accuracy KEY --reports DIR` "
        "does it again.\n\n"
    )
    return top + (found[1] if found else paragraph("尚无测定结果。Nothing has been measured yet."))


