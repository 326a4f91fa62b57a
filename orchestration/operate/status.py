"""How a warehouse stands, as one dictionary for ``foi status``, its JSON, and the summary of a refresh.

Read from the published file, from what the journal keeps of failures beside it, and from a look at the landing zone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from orchestration.ingest.landing import LandingZoneError
from orchestration.operate import freshness, journal
from orchestration.refresh.workbench import AnotherRefresh, writer_lock
from orchestration.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COUNTS = {
    "files": "SELECT state, count(*) FROM raw.landing_files GROUP BY 1 ORDER BY 1",
    "figures": "SELECT origin, count(*) FROM marts.fact_reported_figures GROUP BY 1 ORDER BY 1 DESC",
    "issues": "SELECT issue_kind, count(*) AS n FROM marts.fact_report_issues GROUP BY 1 ORDER BY n DESC, 1",
    "identities": "SELECT status, count(*) FROM marts.fact_report_discrepancies GROUP BY 1 ORDER BY 1",
    "checks": """
        SELECT CASE WHEN success THEN 'passed' WHEN severity = 'warn' THEN 'warned' ELSE 'failed' END, count(*)
        FROM raw.check_results SEMI JOIN (SELECT max_by(run_id, run_no) AS run_id FROM raw.refresh_runs) USING (run_id)
        GROUP BY 1 ORDER BY 1
    """,
}
# Findings that wait for a reviewer, by whose fault they are.
FINDINGS = """
SELECT fault_owner, count(*) FROM marts.fact_findings
WHERE review_status IN ('open', 'stale') GROUP BY 1 ORDER BY 1
"""
# Reports that are withheld, longest first.
QUARANTINE = """
SELECT document_id AS report_id, source_file, cause, reason, since, kept_document_id AS kept_report_id,
       count(*) OVER () AS total
FROM raw.quarantine ORDER BY since, source_file LIMIT ?
"""
MAX_QUARANTINED = 20
# A file that an earlier version published may lack a table.
HAS_TABLE = "SELECT count(*) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?"
LAST_RUN = "SELECT started_at, finished_at, count(*) OVER () FROM raw.refresh_runs ORDER BY run_no DESC LIMIT 1"


def content(connection: DuckDBPyConnection) -> dict[str, Any]:
    """What the published file holds: reports, and files, figures, issues, identities, checks and findings by kind;
    how many findings wait for a reviewer; which reports are withheld."""
    (reports,) = connection.execute("SELECT count(*) FROM marts.dim_report").fetchone()
    counts = {name: dict(connection.execute(query).fetchall()) for name, query in COUNTS.items()}
    findings = dict(connection.execute(FINDINGS).fetchall()) if _has(connection, "marts", "fact_findings") else None
    return {
        "reports": reports, **counts, "findings_to_review": findings,
        "open_reviews": None if findings is None else sum(findings.values()), "quarantine": quarantined(connection),
    }  # fmt: skip


def quarantined(connection: DuckDBPyConnection, limit: int = MAX_QUARANTINED) -> dict[str, Any]:
    """The reports that are withheld: how many, and ``limit`` of them with file, cause, reason and since when (UTC)."""
    if not _has(connection, "raw", "quarantine"):
        return {"count": 0, "reports": []}
    result = connection.execute(QUARANTINE, [limit])
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    count = rows[0]["total"] if rows else 0
    reports = [{**row, "since": _iso(row["since"].replace(tzinfo=UTC))} for row in rows]
    for report in reports:
        del report["total"]
    return {"count": count, "reports": reports}


def _has(connection: DuckDBPyConnection, schema: str, table: str) -> bool:
    return connection.execute(HAS_TABLE, [schema, table]).fetchone() == (1,)


def of_file(connection: DuckDBPyConnection, settings: Settings) -> dict[str, Any]:
    """When the published file was made and last known to be good, and what it holds. Times are ISO 8601, UTC."""
    started, finished, runs = connection.execute(LAST_RUN).fetchone()
    published_at = (finished or started).replace(tzinfo=UTC)
    known = journal.standing(settings).good_at
    good_at = max(published_at, datetime.fromisoformat(known)) if known else published_at
    return {
        "warehouse": str(settings.warehouse),
        "bytes": settings.warehouse.stat().st_size,
        "published_at": published_at.isoformat(timespec="seconds"),
        "seconds": (finished - started).total_seconds() if finished else None,
        "good_at": good_at.isoformat(timespec="seconds"),
        "is_fresh": freshness.is_fresh(settings, good_at),
        "refreshes": runs,
        **content(connection),
    }


def around(settings: Settings) -> dict[str, Any]:
    """What the file cannot know: what waits in the landing zone, failures, a run on its way, the next refresh."""
    stand = journal.standing(settings)
    failures = (run for run in journal.runs(settings) if run["status"] == journal.FAILED or run["exit_code"])
    return {
        "reports_dir": str(settings.reports_dir),
        "waiting": _waiting(settings),
        "is_failing": stand.failure is not None,
        "last_failure": next(failures, None),
        "running": stand.running if stand.running and _is_written(settings) else None,
        "schedule": settings.schedule if settings.is_scheduled else None,
        "next_refresh": _iso(freshness.next_refresh(settings)),
    }


def _waiting(settings: Settings) -> dict[str, Any]:
    try:
        waiting = freshness.waiting(settings)
    except LandingZoneError as error:
        return {"problem": str(error)}
    return {"new": waiting.new, "changed": waiting.changed, "removed": waiting.removed,
            "code_changed": waiting.code_changed}  # fmt: skip


def _is_written(settings: Settings) -> bool:
    """Whether somebody holds the writer's lock; asked only where a run left word that it is on its way."""
    try:
        with writer_lock(settings.lock_file, wait=False):
            return False
    except AnotherRefresh:
        return True
    except OSError:
        return False


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
