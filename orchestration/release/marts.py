"""What a release is made of: the marts of a published file with their columns, keys and descriptions.

Names, types and descriptions are those of the file; keys, references and closed lists are those that dbt has tested.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orchestration.release.about import About

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMA = "marts"
REFERENCE = re.compile(r"ref\(['\"](\w+)['\"]\)")


@dataclass(frozen=True, slots=True)
class Column:
    """One released column: its DuckDB type and its description (English · 中文)."""

    name: str
    type: str
    description: str
    restated: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_nested(self) -> bool:
        """A list, a structure or a map: JSON text in CSV and XLSX."""
        return self.type.endswith("[]") or self.type.startswith(("STRUCT", "MAP")) or self.type == "JSON"

    @property
    def is_decimal(self) -> bool:
        """A decimal with a fraction, whose zeros at the end say nothing."""
        return self.type.startswith("DECIMAL") and not self.type.endswith(",0)")

    @property
    def sql(self) -> str:
        """The column as released: values that differ by run only are given as one."""
        name = f'"{self.name}"'
        if not self.restated:
            return name
        cases = " ".join(f"WHEN '{old}' THEN '{new}'" for old, new in self.restated.items())
        return f"CASE {name} {cases} ELSE {name} END AS {name}"


@dataclass(frozen=True, slots=True)
class Mart:
    """One released mart. ``key`` is empty where dbt tests none; a row is then known by all of its columns.

    ``has_null_key`` says that some row has a null in its key, where a null counts as a value.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    has_null_key: bool = False
    required: frozenset[str] = frozenset()
    accepted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """All rows in the order of a release: by the key, nulls first."""
        columns = ", ".join(column.sql for column in self.columns)
        names = self.key or [column.name for column in self.columns]
        order = ", ".join(f'"{name}" ASC NULLS FIRST' for name in names)
        return f'SELECT {columns} FROM "{SCHEMA}"."{self.name}" ORDER BY {order}'


def released(connection: DuckDBPyConnection, manifest: Mapping[str, Any], about: About) -> list[Mart]:
    """The marts of the open file that a release holds, by name, with what dbt tests of them."""
    described = dict(
        connection.execute(
            "SELECT table_name, comment FROM duckdb_tables() "
            "WHERE schema_name = $1 AND database_name = current_database() "
            "UNION ALL SELECT view_name, comment FROM duckdb_views() "
            "WHERE schema_name = $1 AND database_name = current_database() ORDER BY 1",
            [SCHEMA],
        ).fetchall()
    )
    rules = tested(manifest)
    return [
        _mart(connection, name, comment or "", rules.get(name, {}), about)
        for name, comment in described.items()
        if name not in about.marts_left_out and not is_deprecated(comment)
    ]


def is_deprecated(comment: str | None) -> bool:
    """An old name that is kept for one release of the warehouse; what it showed stands under the new one."""
    return (comment or "").lower().startswith("deprecated")


def _mart(connection: DuckDBPyConnection, name: str, comment: str, rules: Mapping[str, Any], about: About) -> Mart:
    columns = tuple(
        Column(column, kind, text or "", about.restated.get(column, {}))
        for column, kind, text in connection.execute(
            "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE schema_name = $1 AND table_name = $2 "
            "AND database_name = current_database() ORDER BY column_index",
            [SCHEMA, name],
        ).fetchall()
        if not about.leaves_out(name, column)
    )
    there = {column.name for column in columns}
    key = tuple(rules.get("key", ())) if there.issuperset(rules.get("key", ())) else ()
    return Mart(
        name=name,
        description=" ".join(comment.split()),
        columns=columns,
        key=key,
        has_null_key=_has_null(connection, name, key),
        required=frozenset(there.intersection(rules.get("not_null", ()))),
        accepted={c: tuple(v) for c, v in rules.get("accepted", {}).items() if c in there},
        references={c: _target(t) for c, t in rules.get("references", {}).items() if c in there},
    )


def _has_null(connection: DuckDBPyConnection, mart: str, key: tuple[str, ...]) -> bool:
    nulls = " OR ".join(f'"{column}" IS NULL' for column in key) or "false"
    return connection.execute(f'SELECT 1 FROM "{SCHEMA}"."{mart}" WHERE {nulls} LIMIT 1').fetchone() is not None


def _target(stated: list[str]) -> tuple[str, str]:
    """``["ref('dim_report')", report_id]`` as mart and column."""
    found = REFERENCE.fullmatch(stated[0])
    return (found[1] if found else "", stated[1])


def tested(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Model name to the arguments of its test ``well_formed``: key, not_null, accepted, references."""
    found = {}
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        if node["resource_type"] == "test" and test.get("name") == "well_formed" and node.get("attached_node"):
            found[node["attached_node"].rsplit(".", 1)[-1]] = test["kwargs"]
    return found
