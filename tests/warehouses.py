"""What tests of whole refreshes ask of a folder with a landing zone and a published file."""

from __future__ import annotations

from pathlib import Path

from orchestration import warehouse
from orchestration.settings import Settings

# What says when and how a file came to be, not what it says of the reports.
VERDICTS = {("raw", "check_results"), ("raw", "check_failures")}
HISTORY = VERDICTS | {
    ("raw", "refresh_runs"), ("raw", "refresh_stages"), ("marts", "warehouse_status"), ("marts", "fact_refresh_runs"),
    ("raw", "refresh_changes"), ("raw", "refresh_change_details"), ("marts", "fact_refresh_changes"),
    ("marts", "fact_refresh_change_details"), ("marts", "fact_check_results"), ("marts", "fact_check_failures"),
}  # fmt: skip


def settings_of(home: Path) -> Settings:
    """Settings of a folder with ``reports`` and ``foi.duckdb``, whatever the environment says."""
    return Settings.load(home / "reports", home / "foi.duckdb", environment={})


def rows(database: Path) -> dict[tuple[str, str], list[tuple]]:
    """Every table's rows, sorted, without the history of refreshes and without states of this one refresh."""
    with warehouse.connect(database, read_only=True) as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema NOT LIKE '%main%'"
        ).fetchall()
        found = {}
        for schema, table in sorted(set(tables) - HISTORY):
            columns = [c for c in warehouse.column_names(connection, f"{schema}.{table}") if "state" not in c or
                       c == "value_state"]  # fmt: skip
            query = f"SELECT {', '.join(columns)} FROM {schema}.{table}"
            found[schema, table] = sorted(map(repr, connection.execute(query).fetchall()))
        return found


def ask(database: Path, query: str) -> list[tuple]:
    """The rows of a query of a published file."""
    with warehouse.connect(database, read_only=True) as connection:
        return connection.execute(query).fetchall()
