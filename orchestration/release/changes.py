"""What a release says otherwise than the one before: rows added, removed and changed, mart by mart.

Rows are matched by the key that dbt tests; where a mart has none, whole rows are compared. Two Parquet files are joined
on disk, whatever their size.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.refresh.workbench import NotThere
from orchestration.release.files import digest, of_parquet
from orchestration.release.marts import Mart
from orchestration.release.package import FILE, NAME
from orchestration.warehouse import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FIGURES = "fact_reported_figures"


@dataclass(frozen=True, slots=True)
class Previous:
    """A release written before: its folder and what its data package says."""

    folder: Path
    package: dict[str, Any]

    @property
    def version(self) -> str:
        return str(self.package["version"])

    @property
    def content_hash(self) -> str:
        return str(self.package["content_hash"]).removeprefix("sha256:")

    def parquet(self, mart: str) -> Path | None:
        """The Parquet file of a mart, None where that release had no such mart. Raises NotThere where it is damaged."""
        path = f"parquet/{mart}.parquet"
        stated = next((r["hash"] for r in self.package["resources"] if r["path"] == path), None)
        if stated is None:
            return None
        file = self.folder / path
        if not file.is_file() or f"sha256:{digest(file)}" != stated:
            raise NotThere(f"the release before is damaged: {file} is not what its {FILE} says")
        return file


@dataclass(frozen=True, slots=True)
class MartChange:
    """One mart in two releases. ``columns`` counts the rows in which each column changed; keyless marts have none."""

    mart: str
    before: int
    after: int
    added: int = 0
    removed: int = 0
    changed: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    new_columns: tuple[str, ...] = ()
    lost_columns: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.new_columns or self.lost_columns)


def open_previous(folder: Path) -> Previous:
    """A release by its folder. Raises NotThere where it is none."""
    try:
        package = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotThere(f"{folder} is no release: its {FILE} cannot be read ({error})") from None
    if not isinstance(package, dict) or package.get("name") != NAME or "content_hash" not in package:
        raise NotThere(f"{folder} is no release of this warehouse: its {FILE} does not say {NAME!r}")
    return Previous(folder, package)


def newest_beside(target: Path) -> Previous | None:
    """The release last written into the folder in which ``target`` will stand; None where there is none."""
    found = []
    for package in sorted(target.parent.glob(f"*/{FILE}")):
        if package.parent.name.startswith("."):
            continue
        try:
            found.append(open_previous(package.parent))
        except NotThere:
            continue  # somebody else's folder
    return max(found, key=lambda release: (str(release.package.get("created")), release.folder.name), default=None)


def compare(connection: DuckDBPyConnection, mart: Mart, before: Path | None, after: Path) -> MartChange:
    """One mart in two releases, from their Parquet files. Raises duckdb.Error."""
    rows_after = _count(connection, of_parquet(after))
    if before is None:
        return MartChange(mart.name, 0, rows_after, added=rows_after, new_columns=tuple(c.name for c in mart.columns))
    old, new = _types(connection, before), _types(connection, after)
    shared = [name for name in new if name in old]
    change = {
        "before": _count(connection, of_parquet(before)),
        "after": rows_after,
        "new_columns": tuple(name for name in new if name not in old),
        "lost_columns": tuple(name for name in old if name not in new),
    }
    if mart.key and set(mart.key) <= set(shared):
        values = [name for name in shared if name not in mart.key]
        change |= _by_key(connection, mart.key, {n: old[n] == new[n] for n in values}, before, after)
    else:
        names = ", ".join(f'"{name}"' for name in shared)
        change["added"] = _except(connection, names, after, before)
        change["removed"] = _except(connection, names, before, after)
    return MartChange(mart.name, **change)


def write_figure_changes(connection: DuckDBPyConnection, mart: Mart, before: Path, after: Path, target: Path) -> int:
    """Every figure that changed or went away, with both values, as CSV; returns how many."""
    key = ", ".join(f'coalesce(n."{name}", o."{name}") AS "{name}"' for name in mart.key)
    source = (
        f"SELECT {key}, CASE WHEN n.value_state IS NULL THEN 'removed' ELSE 'changed' END AS change, "
        "o.value AS value_before, o.value_state AS state_before, n.value AS value_after, n.value_state AS state_after "
        f"FROM {of_parquet(before)} AS o LEFT JOIN {of_parquet(after)} AS n ON {_same(mart.key)} "
        "WHERE o.value IS DISTINCT FROM n.value OR o.value_state IS DISTINCT FROM n.value_state "
        f"ORDER BY {', '.join(str(n + 1) for n in range(len(mart.key)))}"
    )
    connection.execute(f"COPY ({source}) TO {quoted(target)} (FORMAT csv, HEADER true)")
    return _count(connection, f"read_csv({quoted(target)}, header = true, all_varchar = true)")


def _by_key(
    connection: DuckDBPyConnection, key: tuple[str, ...], values: dict[str, bool], before: Path, after: Path
) -> dict[str, Any]:
    """Rows added, removed and changed; ``values`` says of each shared column whether its type stayed the same."""
    differs = {
        name: f'n."{name}" IS DISTINCT FROM o."{name}"' if same else
        f'CAST(n."{name}" AS VARCHAR) IS DISTINCT FROM CAST(o."{name}" AS VARCHAR)'
        for name, same in values.items()
    }  # fmt: skip
    on, both = _same(key), "n.here AND o.here"
    counts = [f"count(*) FILTER ({both} AND {test})" for test in differs.values()]
    any_of = " OR ".join(differs.values()) or "false"
    found = connection.execute(
        f"SELECT count(*) FILTER (o.here IS NULL), count(*) FILTER (n.here IS NULL), "
        f"count(*) FILTER ({both} AND ({any_of})){''.join(', ' + c for c in counts)} "
        f"FROM (SELECT *, true AS here FROM {of_parquet(after)}) AS n "
        f"FULL JOIN (SELECT *, true AS here FROM {of_parquet(before)}) AS o ON {on}"
    ).fetchone()
    columns = {name: count for name, count in zip(differs, found[3:], strict=True) if count}
    return {"added": found[0], "removed": found[1], "changed": found[2], "columns": columns}


def _same(key: tuple[str, ...]) -> str:
    return " AND ".join(f'n."{name}" IS NOT DISTINCT FROM o."{name}"' for name in key)


def _except(connection: DuckDBPyConnection, names: str, these: Path, those: Path) -> int:
    query = f"(SELECT {names} FROM {of_parquet(these)} EXCEPT ALL SELECT {names} FROM {of_parquet(those)})"
    return _count(connection, query)


def _count(connection: DuckDBPyConnection, table: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return count


def _types(connection: DuckDBPyConnection, path: Path) -> dict[str, str]:
    described = connection.execute(f"DESCRIBE SELECT * FROM {of_parquet(path)}").fetchall()
    return {name: kind for name, kind, *_ in described}
