"""The command line: ``foi refresh``, ``backfill``, ``read``, ``explain``, ``status``, ``issues``, ``accuracy``,
``query``, ``review``, ``diff``, ``quarantine``, ``dictionary``, ``release``, ``docs``, ``prepare``, ``dev``.

Exit codes: 0 published, or nothing to do; 1 a refresh stopped for another reason, or ``foi accuracy`` found a wrong or
an invented figure; 2 wrong usage or setting; 3 the landing zone or a file cannot be read, or what was asked for is not
there; 4 a check blocks publishing; 5 dbt failed; 6 another refresh is running (with --no-wait); 75 a fault that may
pass (a full disk, a busy file) was there after every retry: run again later; 130 interrupted. Whatever the code, the
published file is whole.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from orchestration.ingest.landing import LandingZoneError
from orchestration.refresh.workbench import AnotherRefresh, NotThere, RefreshFailed
from orchestration.settings import SettingError, Settings

USAGE, UNREADABLE, BUSY, INTERRUPTED = 2, 3, 6, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    options = build_parser(given[:1] != ["refresh"]).parse_args(given)
    try:
        settings = Settings.load(getattr(options, "reports", None), getattr(options, "warehouse", None))
        return options.command(settings, options) or 0
    except SettingError as error:
        return _complain(error, USAGE)
    except (LandingZoneError, NotThere) as error:
        return _complain(error, UNREADABLE)
    except AnotherRefresh as error:
        return _complain(error, BUSY)
    except RefreshFailed as error:
        return _complain(f"{error}\nNothing was published; the file published before stays in place.", error.exit_code)
    except KeyboardInterrupt:
        return _complain("interrupted; the file published before stays in place", INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has gone, which is no fault
    return 0


def _complain(message: object, code: int) -> int:
    print(f"foi: {message}", file=sys.stderr)
    return code


def build_parser(is_complete: bool = True) -> argparse.ArgumentParser:
    """The commands and their options; ``is_complete`` False leaves out some that a refresh need not import."""
    parser = argparse.ArgumentParser(
        prog="foi", description="A warehouse of China's government-information-disclosure statistics.",
        epilog=__doc__.split("\n\n")[1], formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    command = _add(commands, "refresh", _refresh, "read new reports, rebuild, check and publish the warehouse")
    command.add_argument("--reports", metavar="DIR", help="the landing zone (FOI_REPORTS_DIR; data/reports)")
    _add_warehouse(command)
    command.add_argument("--full", action="store_true", help="read every report anew, even if nothing has changed")
    command.add_argument("--year", dest="years", metavar="YEARS", help="open the reports of 2017, or 2014..2018, again")
    _add_run(command)
    command = _add(commands, "backfill", _refresh, "open the reports of some years again; all others are kept")
    command.add_argument("--years", required=True, metavar="YEARS", help="2017, or 2014..2018, or several with commas")
    command.add_argument("--reports", metavar="DIR", help="the landing zone (FOI_REPORTS_DIR; data/reports)")
    _add_warehouse(command)
    _add_run(command)
    command = _add(commands, "read", _read, "show what is printed where in one document: its grids, as tables")
    command.add_argument("file", metavar="FILE")
    command = _add(commands, "explain", _explain, "show where a report's figures stand in its document")
    command.add_argument("report", metavar="REPORT", help="a report_id, or a file name of the landing zone, or a part")
    command.add_argument("indicator", metavar="INDICATOR", nargs="?", help="an indicator code; all figures without it")
    _add_warehouse(command)
    command = _add(commands, "status", _status, "show how fresh the warehouse is, what is open, and what waits")
    command.add_argument("--json", action="store_true", help="print it as JSON, for programs")
    _add_warehouse(command)
    command = _add(commands, "dev", _dev, "open Dagster's web UI: assets, runs, checks, schedule, sensor")
    command.add_argument("--host", default="127.0.0.1", metavar="HOST", help="where to listen (127.0.0.1)")
    command.add_argument("--port", default="3000", metavar="PORT", help="the port (3000)")
    command = _add(commands, "prepare", _prepare, "parse the dbt project ahead of the first refresh")
    _add_warehouse(command)
    command = _add(commands, "issues", _issues, "show what was not understood, and the catalogue line that heals most")
    command.add_argument("--kind", metavar="KIND", help="one kind of issue only, e.g. unlisted_label")
    command.add_argument("--limit", metavar="N", type=int, default=20, help="how many groups to show (20)")
    _add_warehouse(command)
    command = _add(commands, "accuracy", _accuracy, "measure how exactly a landing zone is read, by an answer key")
    command.add_argument("key", metavar="KEY", help="the answer key: a CSV with one row per figure")
    command.add_argument("--reports", metavar="DIR", help="the landing zone (FOI_REPORTS_DIR; data/reports)")
    command.add_argument("--markdown", action="store_true", help="print the scores alone, as a Markdown table")
    command.add_argument("--limit", metavar="N", type=int, default=20, help="how many differences to list (20)")
    command = _add(commands, "release", _release, "write a folder that others can cite: DuckDB, Parquet, CSV, XLSX")
    command.add_argument("version", metavar="VERSION", help="numbers with points, e.g. 2026.1")
    command.add_argument("--to", metavar="DIR", help="the folder to make (releases/VERSION beside the published file)")
    command.add_argument("--previous", metavar="DIR", help="the release to compare with (the newest one beside)")
    _add_warehouse(command)
    command = _add(commands, "docs", _docs, "build the documentation site: static pages that need no network")
    command.add_argument("--to", metavar="DIR", help="where the site goes (site, in the build folder)")
    command.add_argument("--without-dbt", action="store_true", help="leave dbt's own documentation out")
    _add_warehouse(command)
    command = _add(commands, "dashboard", _dashboard, "show the published file as web pages, on this machine only")
    command.add_argument("--host", default="127.0.0.1", metavar="HOST", help="where to listen (127.0.0.1)")
    command.add_argument("--port", default=8050, type=int, metavar="PORT", help="the port (8050)")
    _add_warehouse(command)
    command = _add(commands, "query", _query, "answer a sample question by name, as a table or CSV; list them all")
    command.add_argument("name", metavar="NAME", nargs="?", help="the question's name; the list of all without it")
    command.add_argument("--param", metavar="NAME=VALUE", action="append", default=[], help="another parameter")
    command.add_argument("--csv", action="store_true", help="write CSV, safe to open in a spreadsheet")
    _add_warehouse(command)
    if is_complete:
        from orchestration.cli import diff as cli_diff
        from orchestration.cli import quarantine as cli_quarantine
        from orchestration.cli import review as cli_review

    for module in (cli_review, cli_diff, cli_quarantine) if is_complete else ():
        module.add_commands(commands, _add_warehouse)
    command = _add(commands, "dictionary", _dictionary, "show what the forms ask, from the catalogue")
    command.add_argument("code", metavar="CODE", nargs="?", help="an indicator code, a template, or a part of a label")
    return parser


def _add(commands: argparse._SubParsersAction, name: str, command: Callable, about: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
    parser.set_defaults(command=command)
    return parser


def _add_warehouse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--warehouse", metavar="FILE", help="the published file (FOI_WAREHOUSE; data/foi.duckdb)")


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")
    parser.add_argument("--no-wait", action="store_true", help="give up (exit code 6) if another refresh is running")
    parser.add_argument("--timings", action="store_true", help="print the seconds that each stage took")


def _refresh(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.cli.refresh import run

    run(settings, options)


def _read(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.cli.read import print_grids

    print_grids(options.file)


def _explain(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.cli.read import print_figures

    print_figures(settings.warehouse, options.report, options.indicator)


def _status(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.cli.status import print_status

    print_status(settings, options.json)


def _dev(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.operate.instance import QUIET, prepare_dagster_home

    prepare_dagster_home(settings.dagster_home)
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(settings.project_root / "workspace.yaml"),
               "-h", options.host, "-p", options.port]  # fmt: skip
    os.execve(command[0], command, {**QUIET, **os.environ, "DAGSTER_HOME": str(settings.dagster_home)})


def _prepare(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.dbt import load_manifest
    from orchestration.operate.instance import prepare_dagster_home

    prepare_dagster_home(settings.dagster_home)
    load_manifest(settings)


def _release(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.cli.release import print_release

    print_release(settings, options.version, options.to, options.previous)


def _docs(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.site.build import print_site

    print_site(settings, options.to, not options.without_dbt)


def _dashboard(settings: Settings, options: argparse.Namespace) -> None:
    from dashboards.app import serve

    serve(settings.warehouse, options.host, options.port)


def _query(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.cli.query import run_query

    run_query(settings, options.name, options.param, options.csv)


def _dictionary(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.cli.dictionary import print_dictionary

    print_dictionary(options.code)


def _accuracy(settings: Settings, options: argparse.Namespace) -> int:
    from orchestration.cli.accuracy import print_accuracy

    return print_accuracy(options.key, settings.reports_dir, settings.max_file_bytes, options.markdown, options.limit)


def _issues(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.cli.issues import print_issues

    print_issues(settings.warehouse, options.kind, options.limit)
