"""The command line: ``foi refresh``, ``read``, ``explain``, ``status``, ``issues``, ``accuracy``, ``dictionary``,
``prepare``, ``dev``.

Exit codes: 0 published, or nothing to do; 1 a refresh stopped for another reason, or ``foi accuracy`` found a wrong or an
invented figure; 2 wrong usage or setting; 3 the
landing zone or a file cannot be read, or what was asked for is not there; 4 a check blocks publishing; 5 dbt failed;
6 another refresh is running (with --no-wait); 130 interrupted. Whatever the code, the published file is whole.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from orchestration.landing import LandingZoneError
from orchestration.settings import SettingError, Settings
from orchestration.workbench import AnotherRefresh, NotThere, RefreshFailed

USAGE, UNREADABLE, BUSY, INTERRUPTED = 2, 3, 6, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = build_parser().parse_args(arguments)
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


def build_parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    parser = argparse.ArgumentParser(
        prog="foi", description="A warehouse of China's government-information-disclosure statistics.",
        epilog=__doc__.split("\n\n")[1], formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    command = _add(commands, "refresh", _refresh, "read new reports, rebuild, check and publish the warehouse")
    command.add_argument("--reports", metavar="DIR", help="the landing zone (FOI_REPORTS_DIR; data/reports)")
    _add_warehouse(command)
    command.add_argument("--quiet", action="store_true", help="print nothing but errors")
    command.add_argument("--full", action="store_true", help="read every report anew, even if nothing has changed")
    command.add_argument("--no-wait", action="store_true", help="give up (exit code 6) if another refresh is running")
    command.add_argument("--timings", action="store_true", help="print the seconds that each stage took")
    command = _add(commands, "read", _read, "show what is printed where in one document: its grids, as tables")
    command.add_argument("file", metavar="FILE")
    command = _add(commands, "explain", _explain, "show where a report's figures stand in its document")
    command.add_argument("report", metavar="REPORT", help="a report_id, or a file name of the landing zone, or a part")
    command.add_argument("indicator", metavar="INDICATOR", nargs="?", help="an indicator code; all figures without it")
    _add_warehouse(command)
    _add_warehouse(_add(commands, "status", _status, "show the last refresh and what is open"))
    command = _add(commands, "dev", _dev, "open Dagster's web UI: assets, runs, checks, schedule, sensor")
    command.add_argument("--host", default="127.0.0.1", metavar="HOST", help="where to listen (127.0.0.1)")
    command.add_argument("--port", default="3000", metavar="PORT", help="the port (3000)")
    _add_warehouse(_add(commands, "prepare", _prepare, "parse the dbt project ahead of the first refresh"))
    command = _add(commands, "issues", _issues, "show what was not understood, and the catalogue line that heals most")
    command.add_argument("--kind", metavar="KIND", help="one kind of issue only, e.g. unlisted_label")
    command.add_argument("--limit", metavar="N", type=int, default=20, help="how many groups to show (20)")
    _add_warehouse(command)
    command = _add(commands, "accuracy", _accuracy, "measure how exactly a landing zone is read, by an answer key")
    command.add_argument("key", metavar="KEY", help="the answer key: a CSV with one row per figure")
    command.add_argument("--reports", metavar="DIR", help="the landing zone (FOI_REPORTS_DIR; data/reports)")
    command.add_argument("--markdown", action="store_true", help="print the scores alone, as a Markdown table")
    command.add_argument("--limit", metavar="N", type=int, default=20, help="how many differences to list (20)")
    command = _add(commands, "dictionary", _dictionary, "show what the forms ask, from the catalogue")
    command.add_argument("code", metavar="CODE", nargs="?", help="an indicator code, a template, or a part of a label")
    return parser


def _add(commands: argparse._SubParsersAction, name: str, command: Callable, about: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
    parser.set_defaults(command=command)
    return parser


def _add_warehouse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--warehouse", metavar="FILE", help="the published file (FOI_WAREHOUSE; data/foi.duckdb)")


def _refresh(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.refresh import refresh

    say = (lambda text: None) if options.quiet else print
    with _progress(options.quiet) as progress:
        done = refresh(settings, wait=not options.no_wait, force=options.full, say=say, progress=progress)
    if not done.is_published:
        say(f"Nothing has changed since the last refresh: {settings.warehouse} is up to date.")
        return
    if not options.quiet:
        from orchestration.cli_status import print_summary

        print_summary(done)
    if options.timings:
        print(*(f"{name:>16} {seconds:6.2f} s" for name, seconds in done.seconds.items()), sep="\n")


def _progress(quiet: bool):
    from orchestration.cli_progress import reading_bar

    return reading_bar(quiet or not sys.stderr.isatty())


def _read(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.cli_read import print_grids

    print_grids(options.file)


def _explain(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.cli_read import print_figures

    print_figures(settings.warehouse, options.report, options.indicator)


def _status(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.cli_status import print_status

    print_status(settings)


def _dev(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.refresh import QUIET, prepare_dagster_home

    prepare_dagster_home(settings.dagster_home)
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(settings.project_root / "workspace.yaml"),
               "-h", options.host, "-p", options.port]  # fmt: skip
    os.execve(command[0], command, {**QUIET, **os.environ, "DAGSTER_HOME": str(settings.dagster_home)})


def _prepare(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.dbt import load_manifest

    load_manifest(settings)


def _dictionary(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.cli_dictionary import print_dictionary

    print_dictionary(options.code)


def _accuracy(settings: Settings, options: argparse.Namespace) -> int:
    from orchestration.cli_accuracy import print_accuracy

    return print_accuracy(options.key, settings.reports_dir, settings.max_file_bytes, options.markdown, options.limit)


def _issues(settings: Settings, options: argparse.Namespace) -> None:
    from orchestration.cli_issues import print_issues

    print_issues(settings.warehouse, options.kind, options.limit)


if __name__ == "__main__":
    sys.exit(main())
