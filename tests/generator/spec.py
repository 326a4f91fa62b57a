"""The blank forms: what each template asks, in printed order, taken from the project's own catalogue.

This is the generator's only contact with the catalogue. It reads the YAML itself and not through the parser's loader,
so that a fault of the loader cannot hide in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

CATALOGUE = Path(__file__).parents[2] / "parsers" / "catalogue"
TEMPLATES = ("G1", "G2", "G3", "G4")
TOTAL = "total"


@dataclass(frozen=True)
class Row:
    """A row of the list (G1, G2) or of the request matrix (G3, G4)."""

    code: str
    label: str
    unit: str | None = None
    parent: str | None = None
    heading: bool = False


@dataclass(frozen=True)
class Asked:
    """One cell of section 二 (G3, G4): the head it stands under."""

    code: str
    head: str


@dataclass(frozen=True)
class BlockRow:
    label: str
    cells: tuple[Asked, ...]


@dataclass(frozen=True)
class Block:
    """One 第二十条第(…)项 of section 二, with its own heads."""

    title: str
    rows: tuple[BlockRow, ...]


@dataclass(frozen=True)
class Column:
    """A column of the review and lawsuit table: 行政诉讼 / 复议后起诉 / 总计."""

    code: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class FormSpec:
    """One template: a list (G1, G2), or blocks, a matrix by applicant and the disputes (G3, G4)."""

    template: str
    years: tuple[int, int]
    sections: tuple[str, ...]
    rows: tuple[Row, ...]
    blocks: tuple[Block, ...]
    matrix: tuple[Row, ...]
    applicants: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]

    def leaves(self, code: str) -> list[str]:
        """The codes of the rows (list or matrix) that a whole is the sum of, heads of groups opened."""
        found: list[str] = []
        for row in self.rows + self.matrix:
            if row.parent == code:
                found += self.leaves(row.code) if row.heading else [row.code]
        return found


@lru_cache
def form_spec(template: str) -> FormSpec:
    """The form of one template; raises FileNotFoundError for a template that the catalogue does not have."""
    raw = _yaml(f"{template.lower()}.yml")
    tables = {table["table"]: table for table in raw["tables"]}
    listed = [row for section in tables.get("statistics", {}).get("sections", ()) for row in section["rows"]]
    return FormSpec(
        template=template,
        years=(max(raw["first_year"], 2008), raw["last_year"] or 2024),
        sections=tuple(table["section"] for table in raw["tables"] if "section" in table),
        rows=tuple(map(_row, listed)),
        blocks=tuple(map(_block, tables.get("proactive", {}).get("blocks", ()))),
        matrix=tuple(map(_row, tables.get("requests", {}).get("rows", ()))),
        applicants=tuple((a["code"], a["label"]) for a in _yaml("applicants.yml")["applicants"]),
        columns=tuple(Column(c["code"], tuple(c["path"])) for c in tables.get("disputes", {}).get("columns", ())),
    )


@lru_cache
def known_labels() -> frozenset[str]:
    """Every label and variant of every template, so that no damage turns one label into another."""
    found: set[str] = set()
    for template in TEMPLATES:
        _collect(_yaml(f"{template.lower()}.yml"), found)
    return frozenset(found)


def _collect(node: Any, found: set[str]) -> None:
    if isinstance(node, list):
        for part in node:
            _collect(part, found)
    elif isinstance(node, dict):
        found.update(str(node[key]) for key in ("label", "head") if key in node)
        found.update(map(str, node.get("variants", ())))
        _collect(list(node.values()), found)


def _row(raw: dict[str, Any]) -> Row:
    return Row(raw["code"], raw["label"], raw.get("unit"), raw.get("parent"), raw.get("heading", False))


def _block(raw: dict[str, Any]) -> Block:
    rows = ((row["label"], tuple(Asked(cell["code"], cell["head"]) for cell in row["cells"])) for row in raw["rows"])
    return Block(raw["block"], tuple(BlockRow(label, cells) for label, cells in rows))


@lru_cache
def _yaml(name: str) -> Any:
    return yaml.load((CATALOGUE / name).read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
