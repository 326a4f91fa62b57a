"""``python -m benchmarks [refresh|forms|all|corpus|workers|soak]``: measure, print tables, keep a line of history."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from math import inf
from pathlib import Path

from benchmarks import corpus, forms, refresh, show, soak, workers
from benchmarks.measure import machine


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for; returns the exit code (1 where what was to be measured did not happen)."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split(": ", 1)[1])
    choices = ("refresh", "forms", "all", "corpus", "workers", "soak")
    parser.add_argument("what", nargs="?", choices=choices, default="all")
    parser.add_argument("--refreshes", type=_positive, default=200, metavar="N", help="of the soak (200)")
    parser.add_argument("--minutes", type=float, default=inf, metavar="N", help="end the soak after so many (never)")
    parser.add_argument("--reports", type=_positive, metavar="N", help="of the soak (2000), of the corpus (10000)")
    parser.add_argument("--runs", type=_positive, default=5, metavar="N", help="counted rounds (5)")
    parser.add_argument("--documents", type=_positive, default=40, metavar="N", help="reports of each form (40)")
    parser.add_argument("--rivals", type=Path, metavar="DIR", help="where pip install --target put other readers")
    parser.add_argument("--no-history", action="store_true", help="append nothing to benchmarks/history.jsonl")
    parser.add_argument("--write-readme", action="store_true", help="put the tables into the README (of `all` only)")
    options = parser.parse_args(arguments)
    if options.write_readme and options.what != "all":
        parser.error("--write-readme needs all of the tables")
    if options.what == "soak":
        return soak.main(options.refreshes, options.reports or 2000, options.minutes, _say)
    if options.rivals:
        sys.path.append(str(options.rivals))
    facts, date = machine(), show.now()
    try:
        if options.what == "corpus":
            return corpus.main(options.reports or 10_000, _say)
        if options.what == "workers":
            return workers.main(options.runs, _say)
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
