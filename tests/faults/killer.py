"""``python -m tests.faults.killer HOME``: quick refreshes in processes of their own, ended by kill -9 at any place.

Each line of stdin is a number of places to pass before the kill; the answer is the exit code and the places passed. A
place is where a refresh touches a file of HOME, or talks to DuckDB.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any

from tests.faults import quick_refresh, settings_in

TOUCHES = (
    "open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "tempfile.mkdtemp", "sqlite3.connect",
)  # fmt: skip
SPEAKS = ("execute", "begin", "commit", "close")


def die_after(places: int, home: str) -> count:
    """Have this process killed when it has passed so many places; returns their counter."""
    passed = count(1)

    def touched(event: str, arguments: tuple[Any, ...]) -> None:
        if event in TOUCHES and str(arguments[0]).startswith(home) and next(passed) > places:
            os.kill(os.getpid(), signal.SIGKILL)

    def spoke(frame: Any, event: str, function: Any) -> None:
        is_duckdb = event == "c_call" and function.__name__ in SPEAKS and "duckdb" in repr(function.__self__)
        if is_duckdb and next(passed) > places:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(touched)
    sys.setprofile(spoke)
    return passed


def main() -> None:
    from parsers.catalogue import load

    home = sys.argv[1]
    load()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            passed = die_after(int(line), home)
            quick_refresh(settings_in(Path(home)))
            print(0, next(passed) - 1, flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            print(os.waitstatus_to_exitcode(status), line.strip(), flush=True)


if __name__ == "__main__":
    main()
