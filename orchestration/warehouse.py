"""The build database: made from schema.sql, filled from JSON lines and from yesterday's published file.

SQL here is constant or built from the names of our own tables; what documents say travels as values only.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

ROWS_PREFIX = "rows-"
SCHEMA = Path(__file__).with_name("schema.sql")
CATALOGUE_TABLES = (
    "templates", "indicators", "label_variants", "applicant_types", "identities", "identity_terms",
    "cross_checks", "cross_check_terms", "joint_mentions", "series",
    "series_terms", "series_breaks", "outcomes", "outcome_cells", "dispute_cells", "issue_kinds", "units",
    "body_names",
)  # fmt: skip
RAW_TABLES = (
    "landing_files", "documents", "observations", "issues", "refresh_runs", "refresh_stages", "check_results",
    "check_failures",
)  # fmt: skip

# What an issue says of a whole document (truncated, mixed encodings) is also the reason in its file's state.
DOCUMENT_REASONS = """
UPDATE raw.landing_files AS l SET reason = concat_ws('; ', l.reason, r.reason)
FROM (
    SELECT d.source_file, left(string_agg(i.message, '; ' ORDER BY i.issue_no), 1000) AS reason
    FROM raw.issues AS i JOIN raw.documents AS d USING (document_id)
    JOIN catalogue.issue_kinds AS k ON k.kind = i.kind AND k.is_about_document
    GROUP BY d.source_file
) AS r WHERE l.source_file = r.source_file
"""


@contextmanager
def connect(path: Path, read_only: bool = False) -> Iterator[DuckDBPyConnection]:
    """Open a database file and close it for certain, so that other processes may open it. Times are UTC."""
    import duckdb

    connection = duckdb.connect(str(path), read_only=read_only)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        # A table that is missing is an error, never a variable of Python that has its name.
        connection.execute("SET python_enable_replacements = false")
        yield connection
    finally:
        connection.close()


def remove_database(path: Path) -> None:
    """Remove a database file and what DuckDB may have left beside it."""
    for stale in (path, path.with_name(path.name + ".wal")):
        stale.unlink(missing_ok=True)
    shutil.rmtree(path.with_name(path.name + ".tmp"), ignore_errors=True)  # where it spills what memory cannot hold


def create(path: Path) -> None:
    """Start a new, empty build; whatever a refresh that failed or was killed left there is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_database(path)
    for stale in path.parent.glob(f"{ROWS_PREFIX}*"):
        shutil.rmtree(stale)
    with connect(path) as connection:
        connection.execute(SCHEMA.read_text(encoding="utf-8"))


def json_line(row: Mapping[str, Any]) -> str:
    """One row as a line of JSON; decimals, dates and times travel as text, which DuckDB casts exactly."""
    return _encode(row) + "\n"


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


def insert_rows(connection: DuckDBPyConnection, table: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Append rows, keyed by column name; returns their number. ``table`` is one of our own names."""
    return insert_lines(connection, table, map(json_line, rows))


def insert_lines(connection: DuckDBPyConnection, table: str, lines: Iterable[str]) -> int:
    """Append rows given as JSON lines, in their order, through a file beside the database; returns their number.

    DuckDB reads such a file in bulk and without pandas, whose import (1.5 s) Arrow arrays and query parameters cost.
    Raises duckdb.Error where a value does not fit its column.
    """
    with TemporaryDirectory(dir=_folder(connection), prefix=ROWS_PREFIX) as folder:
        file = Path(folder, "rows.jsonl")
        with file.open("w", encoding="utf-8") as stream:
            count = sum(bool(stream.write(line)) for line in lines)
        if count:
            columns = connection.execute(f"DESCRIBE {table}").fetchall()
            types = ", ".join(f"'{name}': '{kind}'" for name, kind, *_ in columns)
            connection.execute(
                f"INSERT INTO {table} BY NAME "
                f"SELECT * FROM read_json({quoted(file)}, format = 'newline_delimited', columns = {{{types}}})"
            )
    return count


def _folder(connection: DuckDBPyConnection) -> Path:
    """The folder of the database that a connection writes to."""
    query = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    (file,) = connection.execute(query).fetchone()
    return Path(file).parent


def insert_catalogue(
    connection: DuckDBPyConnection, tables: Mapping[str, Iterable[Mapping[str, Any]]]
) -> dict[str, int]:
    """Fill schema catalogue; returns the number of rows by table. Raises KeyError naming what does not fit."""
    names = {name.removeprefix("catalogue."): rows for name, rows in tables.items()}
    if unknown := sorted(set(names) - set(CATALOGUE_TABLES)):
        raise KeyError(f"the catalogue has tables that schema.sql does not know: {', '.join(unknown)}")
    counts = {}
    for name in CATALOGUE_TABLES:
        table = f"catalogue.{name}"
        columns = column_names(connection, table)
        rows = list(names.get(name, ()))
        if foreign := sorted({key for row in rows for key in row} - set(columns)):
            raise KeyError(f"{table} has no column {', '.join(foreign)}; its columns are {', '.join(columns)}")
        counts[name] = insert_rows(connection, table, rows)
    return counts


def column_names(connection: DuckDBPyConnection, table: str) -> list[str]:
    """The columns of one of our tables, in order."""
    return [row[0] for row in connection.execute(f"SELECT * FROM {table} LIMIT 0").description]


def note_reasons(connection: DuckDBPyConnection) -> None:
    """What concerns a whole document becomes the reason in its file's state. That documents disagree about one report
    is found by dbt, once it is decided whose they are."""
    connection.execute(DOCUMENT_REASONS)


@contextmanager
def attached(connection: DuckDBPyConnection, published: Path) -> Iterator[None]:
    """Yesterday's published file as the read-only catalog ``yesterday``. Raises duckdb.Error."""
    connection.execute(f"ATTACH {quoted(published)} AS yesterday (READ_ONLY)")
    try:
        yield
    finally:
        connection.execute("DETACH yesterday")


def quoted(text: Path | str) -> str:
    """A path or a word of ours as an SQL literal; never what comes from a document."""
    return "'" + str(text).replace("'", "''") + "'"


def set_variable(connection: DuckDBPyConnection, name: str, value: str) -> None:
    """Let statements say ``getvariable(name)``: a parameter of a query would import pandas (``insert_lines``)."""
    connection.execute(f"SET VARIABLE {name} = {quoted(value)}")


def count_rows(connection: DuckDBPyConnection, schema: str) -> dict[str, int]:
    """The number of rows of every table of a schema."""
    listing = "SELECT table_name FROM information_schema.tables WHERE table_schema = '{}' ORDER BY table_name"
    names = [row[0] for row in connection.execute(listing.format(schema)).fetchall()]
    return {n: connection.execute(f'SELECT count(*) FROM "{schema}"."{n}"').fetchone()[0] for n in names}
