"""``foi status`` and what ``foi refresh`` prints in the end: how a warehouse stands, for people."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.cli.read import open_published
from orchestration.cli.table import print_table
from orchestration.operate import status
from orchestration.refresh.workbench import NotThere
from orchestration.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.refresh.run import Refreshed

READY_MADE = """\
SELECT j.full_name_zh AS place, f.report_year AS year, f.requests_received AS received, f.requests_granted AS granted,
       f.has_discrepancy
FROM marts.fact_foi_requests AS f JOIN marts.dim_jurisdiction AS j USING (jurisdiction_key)
ORDER BY year, place LIMIT 10"""


def print_summary(done: Refreshed) -> None:
    """What came out of a refresh, and one query to go on with."""
    settings = done.settings
    with open_published(settings.warehouse) as connection:
        print(f"Published {_shown(settings.warehouse)} in {done.elapsed:.1f} s.")
        _print_facts(_facts(status.content(connection), settings))
        print(f"\nTry this query, or `foi explain`, `foi status`, `foi dictionary`:\n\n{READY_MADE}\n")
        _print_query(connection, READY_MADE)


def print_status(settings: Settings, as_json: bool = False) -> None:
    """How fresh the file is, what is open, what waits, what failed. Raises NotThere where nothing is published."""
    around = status.around(settings)
    try:
        with open_published(settings.warehouse) as connection:
            known = status.of_file(connection, settings) | around
            if as_json:
                print(json.dumps(known, ensure_ascii=False, indent=2, default=str))
                return
            _print_facts(_when(known, settings) | _facts(known, settings) | _whats_ahead(known))
            print_quarantine(known["quarantine"])
            _print_open(connection)
    except NotThere:
        nothing = {"warehouse": str(settings.warehouse), "published_at": None, **around}
        if as_json:
            print(json.dumps(nothing, ensure_ascii=False, indent=2, default=str))
        elif around["last_failure"]:
            _print_facts(_whats_ahead(around))
        raise


def _when(known: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    published, good = (datetime.fromisoformat(known[name]) for name in ("published_at", "good_at"))
    took = f", after {known['seconds']:.0f} s" if known["seconds"] is not None else ""
    verdict = "fresh" if known["is_fresh"] else f"OLDER than {settings.fresh_hours} hours"
    return {
        "published": f"{_shown(settings.warehouse)} ({known['bytes'] / 1e6:.1f} MB)",
        "last refresh": f"{published:%Y-%m-%d %H:%M} UTC{took}; {_age(published)} ago",
        "known good": f"{good:%Y-%m-%d %H:%M} UTC, {_age(good)} ago: {verdict}",
        "refreshes": str(known["refreshes"]),
    }


def _facts(known: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    identities, findings = known["identities"], known["findings_to_review"]
    facts = {
        "landing zone": f"{_shown(settings.reports_dir)}: {_total(known['files'], 'files')}",
        "reports": str(known["reports"]),
        "figures": _total(known["figures"], "in all"),
        "issues": _total(known["issues"], "in all"),
        "discrepancies": f"{identities.get('does_not_close', 0)} sums of publishers do not close "
                         f"({_total(identities, 'identities')})",
        "checks": _total(known["checks"], "expectations"),
        "Data Docs": _shown(settings.docs_dir / "index.html"),
    }  # fmt: skip
    if findings is not None:
        facts["to review"] = _total(findings, "findings") + (": see `foi review`" if findings else "")
    if withheld := known["quarantine"]["count"]:
        facts["quarantine"] = f"{withheld:,} reports withheld: see `foi quarantine`"
    return facts


def _whats_ahead(known: Mapping[str, Any]) -> dict[str, str]:
    """What waits, what failed, what is on its way and what comes next."""
    waiting, failure, running = known["waiting"], known["last_failure"], known["running"]
    ahead = {"waiting": waiting.get("problem") or _waiting(waiting)}
    if failure:
        since = "not recovered since" if known["is_failing"] else "recovered since"
        reason = " ".join(str(failure.get("reason", "")).split())[:200]
        ahead["last failure"] = f"{failure['started_at']}, exit code {failure['exit_code']}, {since}: {reason}"
    if running:
        ahead["running"] = f"since {running['started_at']}, started by {running['started_by']}"
    if known["next_refresh"]:
        ahead["next refresh"] = f"{known['next_refresh']} ({known['schedule']}), while Dagster runs"
    return ahead


def _waiting(waiting: Mapping[str, Any]) -> str:
    files = {name: waiting[name] for name in ("new", "changed", "removed") if waiting[name]}
    text = _total(files, "files that are not in the published file yet") if files else "nothing"
    return text + ("; the code or the catalogue has changed" if waiting["code_changed"] else "")


def print_quarantine(withheld: Mapping[str, Any]) -> None:
    """The reports that are withheld, with reason and since when; those beyond the bound are counted."""
    if not withheld["count"]:
        return
    print("\nReports in quarantine:")
    print_table(("file", "since (UTC)", "cause", "reason", "stands in"), [
        (r["source_file"], r["since"][:16].replace("T", " "), r["cause"], " ".join(r["reason"].split())[:200],
         r["kept_report_id"] or "nothing")
        for r in withheld["reports"]
    ])  # fmt: skip
    if more := withheld["count"] - len(withheld["reports"]):
        print(f"  and {more:,} more: `foi quarantine` lists all\n")


def _print_open(connection: DuckDBPyConnection) -> None:
    """What a person should look at: files without a report, or of which something is to be said; sums that do not
    close."""
    print("\nFiles that ended without a report, or of which something is to be said:")
    _print_query(connection, """
        SELECT source_file, landing_state AS state, landing_reason AS reason FROM marts.fact_landing_files
        WHERE landing_state IN ('rejected', 'unsupported')
           OR (landing_state NOT IN ('duplicate', 'quarantined') AND landing_reason NOT LIKE 'sidecar of %')
        ORDER BY source_file LIMIT 20
    """)
    print("\nSums that do not close as published:")
    _print_query(connection, """
        SELECT r.source_file, d.identity_code, d.applicant_type_code, left_value, right_value, difference,
               d.fault_owner
        FROM marts.fact_report_discrepancies AS d JOIN marts.dim_report AS r USING (report_id)
        WHERE d.status = 'does_not_close' ORDER BY 1, 2, 3 LIMIT 20
    """)


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
    seconds = max(0, (datetime.now(UTC) - moment).total_seconds())
    for length, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"
