"""``foi quarantine``: which reports are withheld and why; one command releases one, another holds one back."""

from __future__ import annotations

import argparse
import getpass
from typing import TYPE_CHECKING

from orchestration.cli.read import find_report, open_published
from orchestration.cli.table import print_table
from orchestration.refresh.workbench import NotThere
from orchestration.review import quarantine
from orchestration.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ENTRIES = """
SELECT document_id, source_file, cause, reason, since, kept_document_id FROM raw.quarantine ORDER BY source_file
"""


def add_commands(commands: argparse._SubParsersAction, add_warehouse) -> None:
    """Register ``foi quarantine`` and what it can do."""
    about = "show which reports are withheld for a fault of ours; release one, or hold one back"
    parser = commands.add_parser("quarantine", help=about, description=about[0].upper() + about[1:] + ".")
    parser.set_defaults(command=_list)
    add_warehouse(parser)
    steps = parser.add_subparsers(metavar="STEP")
    listed = steps.add_parser("list", help="every report that is withheld, since when and why")
    listed.set_defaults(command=_list)
    release = steps.add_parser("release", help="have the next refresh read a report again")
    release.set_defaults(command=_release)
    hold = steps.add_parser("hold", help="withhold a report until it is released")
    hold.add_argument("--reason", required=True)
    hold.set_defaults(command=_hold)
    for step in (release, hold):
        step.add_argument("report", metavar="REPORT", help="a report_id, or a file name of the landing zone, or a part")
        step.add_argument("--by", metavar="NAME", help="who decides (your login)")
    for step in (listed, release, hold):
        add_warehouse(step)


def _list(settings: Settings, options: argparse.Namespace) -> None:
    with open_published(settings.warehouse) as connection:
        entries = _entries(connection)
    if entries:
        print_table(("report", "file", "since", "cause", "reason", "stands in"), [
            (document, file, f"{since:%Y-%m-%d %H:%M}", cause, reason, kept or "nothing")
            for document, file, cause, reason, since, kept in entries
        ])  # fmt: skip
    else:
        print("No report is in quarantine.")
    known = {document: cause for document, _, cause, *_ in entries}
    pending = [
        (d.document_id, d.source_file, d.action, d.decided_by, d.reason)
        for d in _decisions(settings).values() if _is_pending(d, known, entries)
    ]  # fmt: skip
    if pending:
        print("At the next `foi refresh`:")
        print_table(("report", "file", "decision", "by", "reason"), pending)


def _is_pending(decision: quarantine.Decision, causes: dict[str, str], entries: list[tuple]) -> bool:
    if decision.action == quarantine.HOLD:
        return causes.get(decision.document_id) != "held"
    since = {document: since.isoformat() for document, _, _, _, since, _ in entries}
    return since.get(decision.document_id, decision.decided_at) < decision.decided_at


def _entries(connection: DuckDBPyConnection) -> list[tuple]:
    import duckdb

    try:
        return connection.execute(ENTRIES).fetchall()
    except duckdb.CatalogException:
        return []


def _decisions(settings: Settings) -> dict[str, quarantine.Decision]:
    try:
        return quarantine.decisions(settings.quarantine_file)
    except (OSError, ValueError) as error:
        raise NotThere(f"{settings.quarantine_file} cannot be read: {error}") from error


def _release(settings: Settings, options: argparse.Namespace) -> None:
    with open_published(settings.warehouse) as connection:
        found = [(d, f) for d, f, *_ in _entries(connection)]
    found += [(d.document_id, d.source_file) for d in _decisions(settings).values() if d.action == quarantine.HOLD]
    wanted = {pair for pair in found if pair[0].startswith(options.report) or options.report in pair[1]}
    if len({document for document, _ in wanted}) != 1:
        how = "none" if not wanted else "several"
        raise NotThere(f"{options.report!r} names {how} of the reports in quarantine; see `foi quarantine list`")
    document, file = min(wanted)
    _decide(settings, options, quarantine.RELEASE, document, file, "")
    print(f"{file} is released: the next `foi refresh` reads it again.")


def _hold(settings: Settings, options: argparse.Namespace) -> None:
    with open_published(settings.warehouse) as connection:
        report = find_report(connection, options.report)
    _decide(settings, options, quarantine.HOLD, report["report_id"], report["source_file"], options.reason)
    print(f"{report['source_file']} is held back from the next `foi refresh` on; `foi quarantine release` ends it.")


def _decide(
    settings: Settings, options: argparse.Namespace, action: str, document: str, file: str, reason: str
) -> None:
    try:
        quarantine.decide(settings.quarantine_file, action, document, file, reason, options.by or getpass.getuser())
    except (OSError, ValueError) as error:
        raise NotThere(f"{settings.quarantine_file} cannot be written: {error}") from error
