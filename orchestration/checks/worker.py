"""The process in which Great Expectations is imported: started early, asked when the build is finished."""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import asdict
from typing import Any

from orchestration.worker import serve


def warm_up() -> None:
    """Import Great Expectations: seconds, while the other processes read and build, and so behind them in the queue."""
    os.nice(5)
    _import_when_used("scipy.stats")
    from orchestration.checks import expectations

    expectations.warm_up()


def _import_when_used(name: str) -> None:
    """Put a module off to its first use: scipy.stats takes a second, for an expectation that no suite has."""
    spec = importlib.util.find_spec(name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    parent, _, child = name.rpartition(".")
    setattr(sys.modules[parent], child, module)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The results of the suites on the build that the request names."""
    from orchestration.checks.expectations import check

    return {"results": [asdict(result) for result in check(request)]}


if __name__ == "__main__":
    serve(answer, warm_up)
