"""The structured log: one JSON line an event, with the report that it concerns; on demand on stderr as well.

Modules log as Python's ``logging`` has it, under the name of this package; Dagster shows the same events with its runs
(``python_logs`` in dagster.yaml). What may hold a secret (an address of a webhook, a password) is never logged.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.settings import Settings

NAME = "orchestration"
MAX_BYTES, KEPT_FILES = 10_000_000, 3
log = logging.getLogger(NAME)
# Documents without a row in raw.documents are known by what would be their id: the first digits of their hash.
DOCUMENTS = """
SELECT coalesce(l.document_id, left(l.sha256, 16)) AS report_id, l.source_file, l.state, l.reason, i.kinds
FROM raw.landing_files AS l
LEFT JOIN (SELECT document_id, histogram(kind) AS kinds FROM raw.issues GROUP BY document_id) AS i USING (document_id)
WHERE l.state NOT IN ('read', 'unchanged', 'duplicate', 'unsupported') OR (l.state = 'read' AND i.kinds IS NOT NULL)
ORDER BY l.source_file
"""


class JsonLines(logging.Formatter):
    """A record as one line of JSON: at (UTC), level, event, and the fields that came with it."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        row = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        row |= getattr(record, "foi", None) or {"logger": record.name}
        if record.exc_info and record.exc_info[1]:
            row["traceback"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False, default=str)


def event(name: str, level: int = logging.INFO, **fields: Any) -> None:
    """Log an event with its fields; None is left out."""
    log.log(level, name, extra={"foi": {key: value for key, value in fields.items() if value is not None}})


@contextmanager
def written(settings: Settings) -> Iterator[None]:
    """Write events to the log file of a warehouse, and to stderr where FOI_LOG is json, while this is open."""
    from logging.handlers import RotatingFileHandler

    handlers: list[logging.Handler] = [
        RotatingFileHandler(settings.log_file, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)
    ]
    if settings.log_format == "json":
        handlers.append(logging.StreamHandler(sys.stderr))
    before = log.level, log.propagate
    log.setLevel(logging.INFO)
    log.propagate = False  # dbt and Dagster set up a root logger of their own, which would print every line again
    for handler in handlers:
        handler.setFormatter(JsonLines())
        handler.handleError = lambda record: None  # a log on a full disk is no reason to stop
        log.addHandler(handler)
    try:
        yield
    finally:
        log.level, log.propagate = before
        for handler in handlers:
            log.removeHandler(handler)
            handler.close()


def note_documents(connection: DuckDBPyConnection) -> None:
    """One event for each document that was not taken in, and for each that was read now and raised issues."""
    for report_id, source_file, state, reason, kinds in connection.execute(DOCUMENTS).fetchall():
        name, level = ("issues", logging.INFO) if state == "read" else (f"document {state}", logging.WARNING)
        event(name, level, report_id=report_id, source_file=source_file, reason=reason, issues=kinds)
