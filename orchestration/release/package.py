"""datapackage.json: a release as a Frictionless data package, which tools validate and load by themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.release.about import About
from orchestration.release.marts import Column, Mart

FILE = "datapackage.json"
NAME = "foi-statistics-china"
TYPES = (
    ("BOOLEAN", "boolean"), ("TINYINT", "integer"), ("SMALLINT", "integer"), ("INTEGER", "integer"),
    ("BIGINT", "integer"), ("HUGEINT", "integer"), ("UINTEGER", "integer"), ("UBIGINT", "integer"),
    ("DECIMAL", "number"), ("DOUBLE", "number"), ("FLOAT", "number"), ("DATE", "date"), ("TIMESTAMP", "datetime"),
    ("STRUCT", "object"), ("MAP", "object"), ("JSON", "any"),
)  # fmt: skip
DIALECT = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\n", "header": True}
"""Stated, since readers guess wrong where a mart has no rows."""
CONTENT_HASH = (
    "sha256 over the lines '<sha256 of the CSV file>  <mart>', one per mart by name, each ended by a line feed. Times "
    "and paths of one run are not in the CSV files (left_out), so the same reports read by the same code give the same "
    "hash, whenever and wherever."
)


@dataclass(frozen=True, slots=True)
class Written:
    """One file of a release: its path in the folder, size and sha256; ``mart`` and ``rows`` for the files of a mart."""

    path: str
    size: int
    sha256: str
    mart: Mart | None = None
    rows: int | None = None

    @property
    def suffix(self) -> str:
        return self.path.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True)
class Release:
    """All that the texts of a release say of it."""

    version: str
    created: datetime
    about: About
    marts: tuple[Mart, ...]
    files: tuple[Written, ...]
    content_hash: str
    without_workbook: dict[str, int]
    parser_version: str

    def rows(self, mart: Mart) -> int:
        """The number of rows of a mart."""
        return next(file.rows or 0 for file in self.files if file.mart is mart)


def write_package(release: Release, folder: Path) -> None:
    """Write datapackage.json; keys are sorted, so the same release gives the same text."""
    text = json.dumps(descriptor(release), ensure_ascii=False, indent=2, sort_keys=True)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def descriptor(release: Release) -> dict[str, Any]:
    """The data package: every file with its digest; the CSV of each mart with its schema."""
    about = release.about
    licences = {"licenses": [dict(about.licence)]} if about.licence else {}
    return {
        "name": NAME,
        "title": about.title,
        "description": f"{about.description}\n\nLicence · 许可：{about.licence_text}",
        "version": release.version,
        "created": f"{release.created:%Y-%m-%dT%H:%M:%SZ}",
        "keywords": list(about.keywords),
        "resources": [_resource(file, release) for file in release.files],
        "content_hash": f"sha256:{release.content_hash}",
        "content_hash_definition": CONTENT_HASH,
        "left_out": {"marts": dict(about.marts_left_out), "columns": dict(about.columns_left_out)},
        "restated": {column: dict(values) for column, values in about.restated.items()},
        "without_workbook": release.without_workbook,
        "parser_version": release.parser_version,
        **licences,
    }


def _resource(file: Written, release: Release) -> dict[str, Any]:
    stem = Path(file.path).stem.lower()
    resource = {"path": file.path, "bytes": file.size, "hash": f"sha256:{file.sha256}", "format": file.suffix}
    if file.mart is None or file.suffix != "csv":
        return resource | {"name": f"{stem}-{file.suffix}", "type": "file"}
    return resource | {
        "name": stem,
        "type": "table",
        "title": file.mart.name,
        "description": file.mart.description,
        "rows": file.rows,
        "encoding": "utf-8-sig",
        "mediatype": "text/csv",
        "dialect": DIALECT,
        "schema": schema(file.mart, {mart.name for mart in release.marts}),
    }


def schema(mart: Mart, packaged: set[str]) -> dict[str, Any]:
    """The table schema of a mart: fields, the primary key, references to other marts of the package.

    A key with a null in some row is no primaryKey, since readers refuse nulls in one; ``unique_by`` states it always,
    and there nulls count as a value.
    """
    found: dict[str, Any] = {"fields": [_field(column, mart) for column in mart.columns], "missingValues": [""]}
    if mart.key:
        found["unique_by"] = list(mart.key)
        if not mart.has_null_key:
            found["primaryKey"] = list(mart.key)
    references = {c: target for c, target in mart.references.items() if target[0] in packaged}
    if references:
        found["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": target, "fields": [field]}}
            for column, (target, field) in references.items()
        ]
    return found


def _field(column: Column, mart: Mart) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.name in mart.required and column.type != "VARCHAR":  # an empty text is no null, but readers think so
        constraints["required"] = True
    if column.name in mart.accepted:
        constraints["enum"] = list(mart.accepted[column.name])
    return {"name": column.name, "type": field_type(column), "description": column.description,
            "duckdb_type": column.type} | ({"constraints": constraints} if constraints else {})  # fmt: skip


def field_type(column: Column) -> str:
    """The Frictionless type of a column."""
    if column.type.endswith("[]"):
        return "array"
    if column.type.startswith("DECIMAL") and not column.is_decimal:
        return "integer"
    return next((ours for prefix, ours in TYPES if column.type.startswith(prefix)), "string")
