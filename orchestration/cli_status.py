"""``foi status`` and what ``foi refresh`` prints in the end: the state of the published file, read from it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.cli_read import open_published
from orchestration.cli_table import print_table
from orchestration.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.refresh import Refreshed

READY_MADE = """\
SELECT j.full_name_zh AS place, f.report_year AS year, f.requests_received AS received, f.requests_granted AS granted,
       f.has_discrepancy
FROM marts.fact_foi_requests AS f JOIN marts.dim_jurisdiction AS j USING (jurisdiction_key)
ORDER BY year, place LIMIT 10"""

BY_ORIGIN = "SELECT origin, count(*) FROM marts.fact_reported_figures GROUP BY origin ORDER BY origin DESC"
BY_KIND = "SELECT issue_kind, count(*) AS n FROM marts.fact_report_issues GROUP BY issue_kind ORDER BY n DESC, 1"


def print_summary(done: Refreshed) -> None:
    """What came out of a refresh, and one query to go on with."""
    settings = done.settings
    with open_published(settings.warehouse) as connection:
        print(f"Published {_shown(settings.warehouse)} in {done.elapsed:.1f} s.")
        _print_facts(_facts(connection, settings))
        print(f"\nTry this query, or `foi explain`, `foi status`, `foi dictionary`:\n\n{READY_MADE}\n")
        _print_query(connection, READY_MADE)


def print_status(settings: Settings) -> None:
    """The last refresh, how fresh it is, and what is open. Raises NotThere."""
    with open_published(settings.warehouse) as connection:
        started, finished = connection.execute(
            "SELECT started_at, finished_at FROM raw.refresh_runs ORDER BY run_no DESC LIMIT 1"
        ).fetchone()
        (runs,) = connection.execute("SELECT count(*) FROM raw.refresh_runs").fetchone()
        took = f", after {(finished - started).total_seconds():.0f} s" if finished else ""
        facts = {
            "published": f"{_shown(settings.warehouse)} ({settings.warehouse.stat().st_size / 1e6:.1f} MB)",
            "last refresh": f"{finished or started:%Y-%m-%d %H:%M} UTC{took}; {_age(finished or started)} ago",
            "refreshes": str(runs),
        }
        _print_facts(facts | _facts(connection, settings))
        _print_open(connection)


def _facts(connection: DuckDBPyConnection, settings: Settings) -> dict[str, str]:
    states = _counts(connection, "SELECT state, count(*) FROM raw.landing_files GROUP BY 1 ORDER BY 1")
    origins = _counts(connection, BY_ORIGIN)
    (reports,) = connection.execute("SELECT count(*) FROM marts.dim_report").fetchone()
    kinds = _counts(connection, BY_KIND)
    closing = _counts(connection, "SELECT status, count(*) FROM marts.fact_report_discrepancies GROUP BY 1 ORDER BY 1")
    checks = _counts(connection, """
        SELECT CASE WHEN success THEN 'passed' WHEN severity = 'warn' THEN 'warned' ELSE 'failed' END, count(*)
        FROM raw.check_results SEMI JOIN (SELECT max_by(run_id, run_no) AS run_id FROM raw.refresh_runs) USING (run_id)
        GROUP BY 1 ORDER BY 1
    """)
    return {
        "landing zone": f"{_shown(settings.reports_dir)}: {_total(states, 'files')}",
        "reports": str(reports),
        "figures": _total(origins, "in all"),
        "issues": _total(kinds, "in all"),
        "discrepancies": f"{closing.get('does_not_close', 0)} sums of publishers do not close "
                         f"({_total(closing, 'identities')})",
        "checks": _total(checks, "expectations"),
        "Data Docs": _shown(settings.docs_dir / "index.html"),
    }  # fmt: skip


def _print_open(connection: DuckDBPyConnection) -> None:
    """What a person should look at: files without a report, sums that do not close."""
    print("\nFiles that ended without a report:")
    _print_query(connection, """
        SELECT source_file, state, reason FROM raw.landing_files
        WHERE state IN ('rejected', 'unsupported') OR (state <> 'duplicate' AND reason NOT LIKE 'sidecar of %')
        ORDER BY source_file LIMIT 20
    """)
    print("\nSums that do not close as published:")
    _print_query(connection, """
        SELECT r.source_file, d.identity_code, d.applicant_type_code, left_value, right_value, difference,
               d.fault_owner
        FROM marts.fact_report_discrepancies AS d JOIN marts.dim_report AS r USING (report_id)
        WHERE d.status = 'does_not_close' ORDER BY 1, 2, 3 LIMIT 20
    """)


def _counts(connection: DuckDBPyConnection, query: str) -> dict[str, int]:
    return dict(connection.execute(query).fetchall())


def _total(counts: dict[str, int], noun: str) -> str:
    parts = ", ".join(f"{number:,} {name}" for name, number in counts.items())
    return f"{sum(counts.values()):,} {noun}" + (f" ({parts})" if parts else "")


def _print_facts(facts: dict[str, str]) -> None:
    for name, text in facts.items():
        print(f"{name:>14}  {text}")


def _print_query(connection: DuckDBPyConnection, query: str) -> None:
    result = connection.execute(query)
    columns, rows = [column[0] for column in result.description], result.fetchall()
    if rows:
        print_table(columns, rows)
    else:
        print("  none")


def _shown(path: Path) -> str:
    """A path as short as it can be said from here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def _age(moment: datetime) -> str:
    seconds = max(0, (datetime.now(UTC).replace(tzinfo=None) - moment).total_seconds())
    for length, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"
