"""Lineage: what every table is built from and who uses it, from dbt's manifest, as a drawing and as tables."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.dbt import Node, nodes
from orchestration.site.markup import Html, code, heading, link, listed, paragraph, table

ORDER = ("raw", "records", "catalogue", "seeds", "staging", "intermediate", "marts")
DBT_DOCS = "[dbt docs：模型的SQL与测试 SQL and tests of the models](../dbt/index.html)"
BOX, ROW, GAP, PAD = 210, 26, 90, 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands in the drawing."""

    x: int
    y: int


def pages(manifest: Mapping[str, Any], has_dbt_docs: bool) -> dict[str, str]:
    """Path in the site to Markdown: the drawing, and a page for every schema that dbt builds."""
    made = nodes(manifest)
    users = defaultdict(list)
    for node in made:
        for dep in node.deps:
            users[dep].append(node.key)
    for exposure in manifest.get("exposures", {}).values():
        for dep in exposure["depends_on"]["nodes"]:
            users[_key(manifest, dep)].append(("exposure", exposure.get("label") or exposure["name"]))
    schemas = sorted({node.key[0] for node in made}, key=_rank)
    pages = {f"lineage/{schema}.md": _schema(schema, made, users) for schema in schemas}
    return pages | {"lineage/index.md": _index(made, schemas, has_dbt_docs)}


def _key(manifest: Mapping[str, Any], unique_id: str) -> tuple[str, str]:
    node = manifest["nodes"].get(unique_id)
    return (node["schema"], node.get("alias") or node["name"]) if node else ("", unique_id)


def _rank(schema: str) -> tuple[int, str]:
    return (ORDER.index(schema) if schema in ORDER else len(ORDER), schema)


def _index(made: Sequence[Node], schemas: Sequence[str], has_dbt_docs: bool) -> str:
    listing = (
        (link(schema, f"{schema}.html"), sum(node.key[0] == schema for node in made)) for schema in schemas
    )  # fmt: skip
    return (
        "---\nhide: [toc]\n---\n\n# 数据血缘 · Lineage\n\n"
        "每张表由哪些表得来。左为读入的原始数据与指标目录，右为对外发布的数据集市；点击表名看说明、来源与用途。\n\n"
        "What every table is built from: on the left what was read and the catalogue, on the right the marts. A name "
        "leads to the table's description, its sources and its users.\n"
        + (f"\n{DBT_DOCS}\n" if has_dbt_docs else "")
        + table(("模式 schema", "表数 tables"), listing)
        + f'\n<div class="lineage">{drawing(made)}</div>\n'
    )


def drawing(made: Sequence[Node]) -> str:
    """The lineage as SVG: a column per schema, each table near what it is built from."""
    deps = {node.key: node.deps for node in made}
    keys = sorted({*deps, *(dep for node in made for dep in node.deps)}, key=lambda key: (_rank(key[0]), key[1]))
    schemas = sorted({key[0] for key in keys}, key=_rank)
    places: dict[tuple[str, str], Place] = {}
    for column, schema in enumerate(schemas):
        mine = [key for key in keys if key[0] == schema]
        mine.sort(key=lambda key: (_mean([places[dep].y for dep in deps.get(key, ()) if dep in places]), key[1]))
        places |= {key: Place(PAD + column * (BOX + GAP), 30 + row * ROW) for row, key in enumerate(mine)}
    width = PAD * 2 + len(schemas) * (BOX + GAP) - GAP
    height = max((place.y for place in places.values()), default=0) + ROW + PAD
    lines = (_line(places[dep], places[key]) for key in places for dep in deps.get(key, ()) if dep in places)
    boxes = (_box(key, place, key in deps) for key, place in places.items())
    heads = (f'<text x="{PAD + n * (BOX + GAP)}" y="18" class="head">{html.escape(s)}</text>'
             for n, s in enumerate(schemas))  # fmt: skip
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="lineage">{"".join(lines)}{"".join(heads)}{"".join(boxes)}</svg>'
    )


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values) if values else 0.0


def _line(start: Place, end: Place) -> str:
    x1, y1, x2, y2 = start.x + BOX, start.y + ROW // 2 - 2, end.x, end.y + ROW // 2 - 2
    bend = max(30, abs(x2 - x1) // 2)
    return f'<path d="M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"/>'


def _box(key: tuple[str, str], place: Place, is_built: bool) -> str:
    name = html.escape(key[1])
    size = f' textLength="{BOX - 12}" lengthAdjust="spacingAndGlyphs"' if len(name) > 30 else ""
    inner = (
        f'<rect x="{place.x}" y="{place.y}" width="{BOX}" height="{ROW - 5}" rx="3"/>'
        f'<text x="{place.x + 6}" y="{place.y + 15}"{size}>{name}</text>'
    )
    return f'<a href="{html.escape(key[0])}.html#{name}">{inner}</a>' if is_built else f'<g class="source">{inner}</g>'


def _schema(schema: str, made: Sequence[Node], users: Mapping[tuple[str, str], list[tuple[str, str]]]) -> str:
    parts = [f"# {schema}\n"]
    built = {node.key for node in made}
    for node in sorted((n for n in made if n.key[0] == schema), key=lambda n: n.key):
        parts.append(heading(2, node.key[1], node.key[1]))
        parts.append(paragraph(" ".join(node.description.split())))
        parts.append(table(("", ""), [
            ("来源 built from", listed((_linked(dep, built) for dep in node.deps), " ")),
            ("用于 used by", listed((_linked(key, built) for key in users.get(node.key, ())), " ") or "无 nobody"),
        ]))  # fmt: skip
        columns = ((code(name), " ".join(text.split())) for name, _, text in node.columns)
        parts.append(table(("字段 column", "含义 meaning"), columns))
    return "".join(parts)


def _linked(key: tuple[str, str], built: set[tuple[str, str]]) -> Html:
    name = Html(f"<code>{html.escape('.'.join(key))}</code>")
    return link(name, f"{key[0]}.html#{key[1]}") if key in built else name
