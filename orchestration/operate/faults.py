"""Which failures may be gone a moment later: a full disk, a busy file, a share that is away. Only those are retried.

A fault of the data, a check that blocks and a model that fails stay as they are however often they are tried.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator

from orchestration.refresh.workbench import PassingFault, RefreshFailed

PASSING = frozenset(
    getattr(errno, name)
    for name in (
        "EAGAIN", "EBUSY", "EDQUOT", "EINTR", "EMFILE", "ENFILE", "ENOLCK", "ENOMEM", "ENOSPC", "ESTALE", "ETIMEDOUT",
        "ETXTBSY",
    )
)  # fmt: skip
# DuckDB, SQLite and dbt give the reason of the operating system as text only.
WORDS = re.compile(
    r"No space left on device|Disk quota exceeded|Device or resource busy|Resource temporarily unavailable"
    r"|Could not set lock on file|Stale file handle|Too many open files|Text file busy|Cannot allocate memory"
    r"|database is locked|database or disk is full",
    re.IGNORECASE,
)
# Messages of other libraries count only where these raise them: a report may print any words.
SPEAKERS = ("duckdb", "_duckdb", "sqlite3", "sqlalchemy", "psycopg2", "dbt")


def is_passing(error: BaseException) -> bool:
    """Whether an error, or one that it was raised from, may be gone a moment later."""
    return any(_is_passing(one) for one in _causes(error))


def says_passing(message: str) -> bool:
    """Whether the message of a tool (never of a document) names such a fault."""
    return bool(WORDS.search(message))


def named(error: Exception) -> RefreshFailed:
    """An unexpected error as a failure with a name: PassingFault where it may pass."""
    if isinstance(error, RefreshFailed):
        return error
    reason = " ".join(str(error).split()) or type(error).__name__
    if is_passing(error):
        return PassingFault(f"a fault that may pass: {reason}; run again when there is room, or the file is free")
    return RefreshFailed(f"{type(error).__name__}: {reason}")


def wait_seconds(attempt: int, first: float) -> float:
    """How long to wait after attempt 0, 1, 2 …: twice as long each time."""
    return first * 2**attempt


def _is_passing(error: BaseException) -> bool:
    if isinstance(error, PassingFault):
        return True
    if isinstance(error, RefreshFailed):
        return False
    if isinstance(error, OSError):
        return error.errno in PASSING
    return type(error).__module__.split(".")[0] in SPEAKERS and says_passing(str(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
