"""The page of sample queries: each question in both languages with its SQL, as ``foi query`` runs it."""

from __future__ import annotations

from collections import defaultdict

from orchestration.queries import TOPICS, Query, load_queries
from orchestration.site.markup import code, heading, link, listed, paragraph, table

TOP = """# 示例查询 · Sample queries

在已发布的文件上可直接运行：`foi query 名称`，或把 SQL 复制到任何能连 DuckDB 的工具，再把其中的值换成所要的。

Each runs as printed on the published file: `foi query NAME`, or copy the SQL into any tool that speaks DuckDB and put
the values that you want in place of those printed.
"""


def pages() -> dict[str, str]:
    """Path in the site to Markdown."""
    by_topic = defaultdict(list)
    for query in load_queries().values():
        by_topic[query.topic].append(query)
    contents = (
        (TOPICS.get(topic, topic), listed((link(q.name, f"#{q.name}") for q in queries), "<br>"))
        for topic, queries in by_topic.items()
    )
    sections = [heading(2, TOPICS.get(topic, topic), f"topic-{topic}") + "".join(map(_query, queries))
                for topic, queries in by_topic.items()]  # fmt: skip
    return {"queries.md": TOP + table(("主题 topic", "查询 queries"), contents) + "".join(sections)}


def _query(query: Query) -> str:
    parameters = listed((f"{name} = {value}" for name, value in query.parameters.items()), " · ")
    return (
        heading(3, query.name, query.name)
        + paragraph(query.question_zh)
        + paragraph(query.question_en)
        + f"\n```sql\n{query.example}\n```\n"
        + table(("", ""), [("参数 parameters", parameters or "无 none"),
                           ("运行 run", code(f"foi query {query.name}")),
                           ("列 columns", listed(map(code, query.columns), " "))])
    )  # fmt: skip
