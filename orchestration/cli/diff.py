"""``foi diff``: what a refresh changed against the file published before, and why."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.cli.read import open_published
from orchestration.cli.table import print_table
from orchestration.refresh.workbench import NotThere
from orchestration.review.findings import fetch
from orchestration.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RUNS = """
SELECT run_id, run_no, started_at FROM raw.refresh_runs
WHERE run_id IN (SELECT run_id FROM raw.refresh_changes) AND ($run IS NULL OR starts_with(run_id, $run)
      OR CAST(run_no AS VARCHAR) = $run)
ORDER BY run_no DESC LIMIT 1
"""
SUMMARY = """
SELECT subject, action, cause, change_count FROM raw.refresh_changes
WHERE run_id = $run AND subject <> 'mart' ORDER BY subject DESC, action, cause
"""
MARTS = """
SELECT table_name, count_before, count_after, change_count FROM raw.refresh_changes
WHERE run_id = $run AND subject = 'mart' AND change_count <> 0 ORDER BY table_name
"""
DETAILS = """
SELECT subject, action, cause, document_id, before_document_id, source_file, indicator_code, applicant_type_code, item,
       before_text, after_text
FROM raw.refresh_change_details WHERE run_id = $run ORDER BY change_no LIMIT $limit
"""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def add_commands(commands: argparse._SubParsersAction, add_warehouse) -> None:
    """Register ``foi diff``."""
    about = "show what a refresh changed against the file published before, and why"
    parser = commands.add_parser("diff", help=about, description=about[0].upper() + about[1:] + ".")
    parser.add_argument("run", metavar="RUN", nargs="?", help="a run_id or its beginning, or a number (the last one)")
    parser.add_argument("--limit", metavar="N", type=int, default=50, help="how many single changes to show (50)")
    parser.add_argument("--csv", metavar="FILE", help="write all single changes that are kept as a CSV")
    parser.set_defaults(command=_diff)
    add_warehouse(parser)


def _diff(settings: Settings, options: argparse.Namespace) -> None:
    with open_published(settings.warehouse) as connection:
        print_diff(connection, options.run, max(options.limit, 0), options.csv)


def print_diff(connection: DuckDBPyConnection, wanted: str | None, limit: int, file: str | None) -> None:
    """Print the summary and the first changes of a run, or write all of them to a file. Raises NotThere."""
    found = fetch(connection, RUNS, {"run": wanted})
    if not found:
        raise NotThere(f"no run {wanted!r} among the last fifty" if wanted else "no refresh has noted its changes yet")
    run = found[0]
    rows = fetch(connection, DETAILS, {"run": run["run_id"], "limit": 1_000_000 if file else limit})
    if file:
        _write(file, rows)
        print(f"{len(rows)} changes written to {file}")
        return
    print(f"Refresh {run['run_no']} of {run['started_at']:%Y-%m-%d %H:%M} UTC ({run['run_id']}):")
    summary = fetch(connection, SUMMARY, {"run": run["run_id"]})
    if not summary:
        print("  no report and no figure changed")
    else:
        print_table(("what", "happened", "because of", "count"), [tuple(row.values()) for row in summary])
    if marts := fetch(connection, MARTS, {"run": run["run_id"]}):
        print_table(("mart", "rows before", "rows now", "change"), [tuple(row.values()) for row in marts])
    if rows:
        columns = ("what", "happened", "because of", "file", "indicator", "for", "item", "before", "now")
        names = ("subject", "action", "cause", "source_file", "indicator_code", "applicant_type_code", "item",
                 "before_text", "after_text")  # fmt: skip
        print_table(columns, [[row[name] for name in names] for row in rows])
    total = sum(row["change_count"] for row in summary)
    if total > len(rows):
        print(f"  and {total - len(rows):,} more: --limit shows more, --csv FILE writes the 10,000 that are kept")


def _write(file: str, rows: list[dict]) -> None:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    try:
        with Path(file).open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(rows[0] if rows else ())
            for row in rows:
                texts = ("" if value is None else str(value) for value in row.values())
                writer.writerow([f"'{text}" if text.startswith(FORMULA) else text for text in texts])
    except OSError as error:
        raise NotThere(f"{file} cannot be written: {error.strerror}") from error
