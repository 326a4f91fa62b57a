"""``foi review``: what is open, worst first, in a form that a person can work through; decisions become records."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.cli.read import find_report, open_published, place_of
from orchestration.cli.table import plain, print_table
from orchestration.refresh.workbench import NotThere
from orchestration.review import findings as review
from orchestration.review import records
from orchestration.review.findings import Filter, Verdict
from orchestration.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEXT = "`foi refresh` takes it over; no document is read again for it."
KEYS = {"a": "accepted_as_published", "o": "ours", "c": "corrected", "s": None, "q": None}
ASK = "a accept as published · o ours · c corrected · s skip · q quit > "


def add_commands(commands: argparse._SubParsersAction, add_warehouse) -> None:
    """Register ``foi review`` and what it can do."""
    about = "work through what is open in the published reports, worst first"
    parser = commands.add_parser("review", help=about, description=about[0].upper() + about[1:] + ".")
    parser.set_defaults(command=_list)
    _add_filter(parser)
    add_warehouse(parser)
    parser.add_argument("--csv", metavar="FILE", help="write the list as a CSV for a spreadsheet, to be filled in")
    parser.add_argument("--from-csv", metavar="FILE", help="take over the verdicts that were filled in there")
    parser.add_argument("--by", metavar="NAME", help="who decides, where a row does not say it (your login)")
    steps = parser.add_subparsers(metavar="STEP")

    show = steps.add_parser("show", help="the printed cells of one finding, and a proposed explanation")
    show.add_argument("finding", metavar="FINDING")
    show.set_defaults(command=_show)

    decide = steps.add_parser("decide", help="write a verdict on one finding")
    decide.add_argument("finding", metavar="FINDING")
    decide.add_argument("--verdict", required=True, choices=records.VERDICTS)
    decide.add_argument("--fault", choices=records.FAULT_OWNERS, default="", help="whose fault it is")
    decide.add_argument("--note", default="", help="what was found")
    decide.add_argument("--evidence", default="", help="what the verdict rests on: document and place")
    decide.set_defaults(command=_decide)

    correct = steps.add_parser("correct", help="write the figure that belongs in one cell, beside the printed one")
    correct.add_argument("report", metavar="REPORT")
    correct.add_argument("indicator", metavar="INDICATOR")
    correct.add_argument("applicant", metavar="APPLICANT", nargs="?")
    correct.add_argument("--value", required=True, help="the figure; '' where none belongs there")
    correct.add_argument("--reason", required=True)
    correct.add_argument("--evidence", required=True)
    correct.set_defaults(command=_correct)

    work = steps.add_parser("work", help="show one finding after the other and ask")
    work.set_defaults(command=_work)
    _add_filter(work)
    for step in (show, decide, correct, work):
        add_warehouse(step)
    for step in (decide, correct, work):
        step.add_argument("--by", metavar="NAME", help="who decides (your login)")


def _add_filter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kind", metavar="KIND", help="one kind of finding only, e.g. identity")
    parser.add_argument("--jurisdiction", metavar="PLACE", help="a six-digit code, or a part of the name")
    parser.add_argument("--year", metavar="YEAR", type=int, help="one report year only")
    parser.add_argument("--limit", metavar="N", type=int, default=20, help="how many to show (20)")
    parser.add_argument("--all", action="store_true", help="those that are decided, too")


def _filter(options: argparse.Namespace, limit: int | None = None) -> Filter:
    return Filter(options.kind, options.jurisdiction, options.year, limit or max(options.limit, 0), options.all)


def _by(options: argparse.Namespace) -> str:
    return options.by or getpass.getuser()


def _list(settings: Settings, options: argparse.Namespace) -> None:
    with open_published(settings.warehouse) as connection:
        if options.from_csv:
            found = review.read_sheet(Path(options.from_csv), connection, _by(options))
            path = records.put(records.folder_of(settings), records.REVIEWS, found)
            print(f"{len(found)} verdicts written to {path}. {NEXT}")
            return
        if options.csv:
            found = review.open_findings(connection, _filter(options, 1_000_000))
            try:
                count = review.write_sheet(Path(options.csv), found)
            except OSError as error:
                raise NotThere(f"{options.csv} cannot be written: {error.strerror}") from error
            print(f"{count} findings written to {options.csv}; fill in the last columns, then use --from-csv.")
            return
        found = review.open_findings(connection, _filter(options))
    if not found:
        print("Nothing is open.")
        return
    columns = ("finding", "status", "severity", "kind", "check", "report", "year", "left", "right", "fault", "message")
    print_table(columns, [
        (f["finding_id"][:10], f["review_status"], f"{f['severity_score']:.2f}", f["kind"], f["check_code"],
         f["source_file"], f["report_year"], f["left_value"], f["right_value"], f["fault_owner"], _message(f))
        for f in found
    ])  # fmt: skip
    print("`foi review show FINDING` shows the cells, `foi review work` asks one after the other.")


def _message(finding: review.Row) -> str:
    return " · ".join(filter(None, (finding["message_en"], finding["message_zh"])))


def _show(settings: Settings, options: argparse.Namespace) -> None:
    with open_published(settings.warehouse) as connection:
        show(connection, review.finding_of(connection, options.finding))


def show(connection: DuckDBPyConnection, finding: review.Row) -> None:
    """Print one finding with its printed cells, their places and the proposed explanation."""
    print(f"{finding['finding_id']}  {finding['kind']} {finding['check_code']}  ({finding['review_status']})")
    print(f"  {_message(finding)}")
    for name in ("place", "issuing_body", "report_year", "source_file", "other_source_file"):
        if finding[name] is not None:
            print(f"  {name.replace('_', ' '):>18}: {plain(finding[name])}")
    sides = " against ".join(plain(finding[side]) or "nothing" for side in ("left_value", "right_value"))
    print(f"  {'sides':>18}: {sides}; difference {plain(finding['difference'])}; fault: {finding['fault_owner']}")
    if finding["explanation"]:
        print(f"  {'proposed':>18}: {finding['explanation']} (nothing is applied)")
    cells = review.cells_of(connection, finding)
    if cells:
        print_table(("side", "report", "indicator", "applicant", "printed", "state", "corrected", "label", "place"), [
            (c["side"], c["report_id"], c["indicator_code"], c["applicant_type_code"], c["printed_text"],
             c["value_state"], c["corrected_value"], c["printed_label"],
             place_of(c) if c["table_index"] is not None else "not printed")
            for c in cells
        ])  # fmt: skip


def _decide(settings: Settings, options: argparse.Namespace) -> None:
    verdict = Verdict(options.verdict, _by(options), options.note, options.evidence, options.fault)
    with open_published(settings.warehouse) as connection:
        record = review.review_of(review.finding_of(connection, options.finding), verdict)
    path = records.put(records.folder_of(settings), records.REVIEWS, [record])
    print(f"Written to {path}. {NEXT}")


def _correct(settings: Settings, options: argparse.Namespace) -> None:
    with open_published(settings.warehouse) as connection:
        report = find_report(connection, options.report)["report_id"]
        record = review.correction_of(
            connection, report, options.indicator, options.applicant, options.value, options.reason, options.evidence,
            _by(options),
        )  # fmt: skip
    path = records.put(records.folder_of(settings), records.CORRECTIONS, [record])
    printed, value = record["printed_text"], options.value or "nothing"
    print(f"Written to {path}: {printed!r} is printed, {value} belongs there. {NEXT}")


def _work(settings: Settings, options: argparse.Namespace) -> None:
    """Ask for one finding after the other; each answer is written at once, so that a break loses nothing."""
    folder, decided = records.folder_of(settings), 0
    with open_published(settings.warehouse) as connection:
        for finding in review.open_findings(connection, _filter(options)):
            show(connection, finding)
            key = _ask(ASK, tuple(KEYS))
            if key in ("q", ""):
                break
            if key == "s":
                continue
            verdict = Verdict(KEYS[key], _by(options), _line("note > "), _line("evidence > "))
            records.put(folder, records.REVIEWS, [review.review_of(finding, verdict)])
            decided += 1
    print(f"\n{decided} verdicts written to {folder / records.REVIEWS.file}. {NEXT if decided else ''}")


def _ask(prompt: str, keys: tuple[str, ...]) -> str:
    """One of the keys; empty at the end of the input."""
    while True:
        print(prompt, end="", flush=True)
        line = sys.stdin.readline()
        if not line or line.strip().lower() in keys:
            return line.strip().lower()


def _line(prompt: str) -> str:
    print(prompt, end="", flush=True)
    return sys.stdin.readline().strip()
