"""The process in which Great Expectations is imported: started early, asked when the build is finished."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from importlib import import_module
from types import ModuleType
from typing import Any

from orchestration.worker import serve

# What Great Expectations imports for expectations that no suite has: a second and a half, put off to its first use.
PUT_OFF = ("altair", "scipy.stats")
# What it can do without, as where it is not installed: the suites look at frames.
DONE_WITHOUT = ("sqlalchemy",)


class _Later(ModuleType):
    """Stands for a module until somebody asks it for something."""

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), attribute)


def warm_up() -> None:
    """Import Great Expectations: seconds, while the other processes read and build, and so behind them in the queue."""
    os.nice(5)
    sys.modules.update({name: _Later(name) for name in PUT_OFF})
    sys.modules.update(dict.fromkeys(DONE_WITHOUT))
    from orchestration.checks import expectations

    expectations.warm_up()


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The results of the suites on the build that the request names."""
    from orchestration.checks.expectations import check

    return {"results": [asdict(result) for result in check(request)]}


if __name__ == "__main__":
    serve(answer, warm_up)
