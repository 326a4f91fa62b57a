"""The process in which Great Expectations is imported: started early, asked when the build is finished.

Protocol: one JSON request a line on stdin, one JSON answer a line on what was stdout; whatever any library prints goes
to stderr, which is the worker's log. The process ends with its stdin.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from typing import IO, Any


def serve(requests: IO[bytes], answer: Callable[[dict[str, Any]], None]) -> None:
    """Answer requests until their stream ends; a request that fails is answered with its error."""
    from orchestration.checks.expectations import check, warm_up  # seconds: while the main process parses and builds

    warm_up()
    for line in requests:
        try:
            answer({"results": [asdict(result) for result in check(json.loads(line))]})
        except Exception as error:  # the main process must hear of whatever went wrong
            traceback.print_exc()
            answer({"error": f"{type(error).__name__}: {error}"})


def main() -> None:
    """Keep the real stdout for the answers, and let everything else that prints print into the log."""
    answers = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(answers, "wb") as stream:

        def answer(message: dict[str, Any]) -> None:
            stream.write(json.dumps(message).encode() + b"\n")
            stream.flush()

        serve(sys.stdin.buffer, answer)


if __name__ == "__main__":
    main()
