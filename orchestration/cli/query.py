"""``foi query``: the sample queries by name, on the published file, as a table or as CSV."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from typing import Any

from orchestration.cli.read import open_published
from orchestration.cli.table import plain, print_table
from orchestration.queries import TOPICS, Query, QueryError, find_query, load_queries
from orchestration.refresh.workbench import NotThere
from orchestration.settings import SettingError, Settings

# What a spreadsheet takes for the beginning of a formula. Reports are foreign text.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
MAX_SHOWN = 200


def run_query(settings: Settings, name: str | None, parameters: Sequence[str], as_csv: bool) -> None:
    """List the queries, or answer one. Raises NotThere, SettingError."""
    if name is None:
        print_queries()
        return
    try:
        query = find_query(name)
        given = _given(parameters)
        query.values(given)
    except QueryError as error:
        raise SettingError(str(error)) from error
    import duckdb

    with open_published(settings.warehouse) as connection:
        try:
            result = query.run(connection, given)
            columns, rows = [column[0] for column in result.description], result.fetchall()
        except duckdb.Error as error:
            raise NotThere(f"{settings.warehouse} cannot answer {name}: {error}; run `foi refresh`") from error
    if as_csv:
        write_csv(columns, rows)
    else:
        _print_answer(query, columns, rows)


def print_queries() -> None:
    """Every query with its question, by topic."""
    for topic, title in TOPICS.items():
        print(f"\n{title}")
        for query in load_queries().values():
            if query.topic == topic:
                print(f"  {query.name}  {_shown(query)}\n      {query.question_zh}\n      {query.question_en}")
    print("\n`foi query NAME [--param name=value …] [--csv]` answers one; the SQL stands in dbt_project/analyses.")


def _print_answer(query: Query, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    print(f"{query.question_zh}\n{query.question_en}\n{_shown(query)}")
    print_table(columns, rows[:MAX_SHOWN])
    if len(rows) > MAX_SHOWN:
        print(f"{MAX_SHOWN} of {len(rows)} rows; --csv writes them all")
    elif not rows:
        print("no rows")


def write_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows as CSV on standard output; text that a spreadsheet would run as a formula gets an apostrophe before it."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([guarded(value) for value in row] for row in rows)


def guarded(value: Any) -> str:
    """A value as a cell of a CSV file that is safe to open in a spreadsheet; numbers stay numbers."""
    text = plain(value)
    is_text = value is not None and not isinstance(value, (int, float)) and not hasattr(value, "normalize")
    return "'" + text if is_text and text.lstrip(" ").startswith(FORMULA_SIGNS) else text


def _given(parameters: Sequence[str]) -> dict[str, str]:
    pairs = [part.partition("=") for part in parameters]
    if bad := next((name for name, sign, _ in pairs if not sign), None):
        raise QueryError(f"--param {bad}: write name=value")
    return {name.strip(): value for name, _, value in pairs}


def _shown(query: Query) -> str:
    def text(value: Any) -> str:
        return ",".join(value) if isinstance(value, list) else str(value)

    return " ".join(f"{name}={text(default)}" for name, default in query.parameters.items())
