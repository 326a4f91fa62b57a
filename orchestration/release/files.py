"""The files of a release: a copy of the warehouse, Parquet, CSV, and their digests. All streams; memory is bounded.

CSV is UTF-8 with a byte-order mark, so that Excel reads the Chinese. Text stands in quotation marks, null is nothing at
all and an empty text is "". A text that a spreadsheet would take for a formula is written with a ' before it, and so is
a text that begins with ': whoever drops one leading ' of a text has the text as printed.
"""

from __future__ import annotations

import codecs
import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.release.marts import Column, Mart
from orchestration.warehouse import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CHUNK = 1 << 20
# What Excel, LibreOffice and others begin a formula with, in ASCII and full width, and our own mark; after any space.
FORMULA = r"^[\s\x{00a0}\x{3000}\x{feff}]*['=+\-@＝＋－＠]"
FOLDER_TABLES = """
SELECT c.schema_name, c.table_name FROM duckdb_columns() AS c JOIN duckdb_tables() AS t USING (table_oid, database_name)
WHERE c.database_name = 'released' AND c.column_name = 'reports_dir' AND t.table_name = c.table_name ORDER BY ALL
"""
NUMBER_OR_DASH = r"[-+]?[0-9.,]*"


def write_database(connection: DuckDBPyConnection, target: Path) -> None:
    """Copy the open warehouse, whole, to a new file; the folder in which the reports lay is given by its name alone.

    Nothing else is touched: where somebody keeps files is nobody else's business.
    """
    (source,) = connection.execute("SELECT current_database()").fetchone()
    connection.execute(f"ATTACH {quoted(target)} AS released")
    try:
        connection.execute("BEGIN")
        connection.execute(f'COPY FROM DATABASE "{source}" TO released')
        for schema, table in connection.execute(FOLDER_TABLES).fetchall():
            connection.execute(
                f'UPDATE released."{schema}"."{table}" '
                r"SET reports_dir = regexp_extract(reports_dir, '([^/\\]*)[/\\]*$', 1)"
            )
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT released")
    finally:
        connection.execute("DETACH released")


def write_parquet(connection: DuckDBPyConnection, mart: Mart, target: Path) -> int:
    """One mart in the order of a release; returns the number of its rows. One thread, so that row groups never vary."""
    connection.execute("SET threads = 1")
    connection.execute(
        f"COPY ({mart.query}) TO {quoted(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
    )
    connection.execute("RESET threads")
    (count,) = connection.execute(f"SELECT count(*) FROM {of_parquet(target)}").fetchone()
    return count


def of_parquet(path: Path) -> str:
    """A Parquet file as a table of SQL."""
    return f"read_parquet({quoted(path)})"


def write_csv(connection: DuckDBPyConnection, mart: Mart, parquet: Path, target: Path) -> None:
    """One mart as CSV, from its Parquet file, whose order it keeps."""
    columns = ", ".join(f'{as_text(column)} AS "{column.name}"' for column in mart.columns)
    texts = ", ".join(f'"{column.name}"' for column in mart.columns if column.type == "VARCHAR" or column.is_nested)
    force = f", FORCE_QUOTE ({texts})" if texts else ""
    part = target.with_suffix(".part")
    connection.execute(
        f"COPY (SELECT {columns} FROM {of_parquet(parquet)}) TO {quoted(part)} (FORMAT csv, HEADER true{force})"
    )
    with part.open("rb") as plain, target.open("wb") as marked:
        marked.write(codecs.BOM_UTF8)  # DuckDB has no option for it
        shutil.copyfileobj(plain, marked, CHUNK)
    part.unlink()


def as_text(column: Column) -> str:
    """The SQL of a column's value in CSV: nested as JSON, decimals without idle zeros, text that is no formula."""
    name = f'"{column.name}"'
    if column.is_nested:
        return f"CAST(to_json({name}) AS VARCHAR)"
    if column.is_decimal:
        return rf"regexp_replace(CAST({name} AS VARCHAR), '\.?0+$', '')"
    if column.type.startswith("TIMESTAMP"):
        return f"replace(CAST({name} AS VARCHAR), ' ', 'T')"
    if column.type == "VARCHAR":
        formula = FORMULA.replace("'", "''")
        return (
            f"CASE WHEN regexp_matches({name}, '{formula}') AND NOT regexp_full_match({name}, '{NUMBER_OR_DASH}') "
            f"THEN '''' || {name} ELSE {name} END"
        )
    return name


def digest(path: Path) -> str:
    """The sha256 of a file, in hex."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def content_hash(csv_digests: dict[str, str]) -> str:
    """What the released marts say, in one number: sha256 of the lines ``<sha256 of the CSV>  <mart>``, by mart.

    A CSV holds the rows of a mart in a fixed order and without what tells of one run (release.yml), so two warehouses
    made from the same reports by the same code have the same content hash, whenever and wherever they were made.
    """
    lines = "".join(f"{csv_digests[name]}  {name}\n" for name in sorted(csv_digests))
    return hashlib.sha256(lines.encode("utf-8")).hexdigest()
