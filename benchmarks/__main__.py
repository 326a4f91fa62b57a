"""``python -m benchmarks [refresh|forms|all] [--runs N]``: measure, print the tables, keep a line of history."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks import forms, refresh, show
from benchmarks.measure import machine


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for; returns the exit code (1 where what was to be measured did not happen)."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split(": ", 1)[1])
    parser.add_argument("what", nargs="?", choices=("refresh", "forms", "all"), default="all")
    parser.add_argument("--runs", type=_positive, default=5, metavar="N", help="counted rounds (5)")
    parser.add_argument("--documents", type=_positive, default=40, metavar="N", help="reports of each form (40)")
    parser.add_argument("--no-history", action="store_true", help="append nothing to benchmarks/history.jsonl")
    parser.add_argument("--write-readme", action="store_true", help="put the tables into the README (of `all` only)")
    options = parser.parse_args(arguments)
    if options.write_readme and options.what != "all":
        parser.error("--write-readme needs all of the tables")
    facts, date = machine(), show.now()
    try:
        forms_done = [] if options.what == "refresh" else forms.measure(options.runs, options.documents, _say)
        done = None if options.what == "forms" else refresh.measure(options.runs, _say)
    except refresh.BenchmarkFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    text = show.markdown(facts, date, options.runs, done, forms_done)
    print(text)
    if options.write_readme:
        show.write_readme(text)
    if not options.no_history:
        show.append_history(show.history_line(facts, date, options.runs, done, forms_done))
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)


if __name__ == "__main__":
    raise SystemExit(main())
