"""The published file, read-only, and always the newest one.

A refresh replaces the file whole. DuckDB gives an old view to whoever connects again to a path that the same process
still has open, so each version of the file (inode, time, size) is attached to an in-memory database of its own. The old
one is closed once its last query is answered. Nothing is locked that a refresh needs.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]
MAX_ROWS = 5_000
"""The most rows that one question may bring: a page shows far fewer."""
MAX_ANSWERS = 1_000
"""How many answers are kept for one version of the file."""
_TRIES = 5


class NoWarehouse(Exception):
    """There is no published file that can be read; the message says why and what would do."""


class Snapshot:
    """One version of the published file, with the answers that it gave. Many threads may ask at once."""

    def __init__(self, path: Path, version: tuple[int, int, int]) -> None:
        """Raises duckdb.Error where the file is no database."""
        self.version = version
        self._catalog = '"' + path.stem.replace('"', '""') + '"'
        self._connection = duckdb.connect(":memory:")
        try:
            place = str(path).replace("'", "''")
            self._connection.execute(f"ATTACH '{place}' AS {self._catalog} (READ_ONLY)")
            self._connection.execute("SET enable_external_access = false; SET enable_progress_bar = false")
            self._connection.execute(f"USE {self._catalog}")
            self._tables = frozenset(
                self._connection.execute(
                    "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_catalog = ?",
                    [path.stem],
                ).fetchall()
            )
        except BaseException:
            self._connection.close()
            raise
        self._answers: OrderedDict[tuple[str, tuple], list[Row]] = OrderedDict()
        self._lock = threading.Lock()
        self._readers = 0
        self._retired = False

    def has(self, table: str) -> bool:
        """Whether a table or view is in the file: some came later than the first releases."""
        return (table,) in self._tables

    def rows(self, query: str, **parameters: Any) -> list[Row]:
        """The rows of a query with ``$name`` parameters, at most ``MAX_ROWS``; asked of the file only once."""
        key = (query, tuple((n, tuple(p) if isinstance(p, list) else p) for n, p in sorted(parameters.items())))
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        answer = self._ask(query, parameters)
        with self._lock:
            self._answers[key] = answer
            if len(self._answers) > MAX_ANSWERS:
                self._answers.popitem(last=False)
        return answer

    def row(self, query: str, **parameters: Any) -> Row | None:
        """The first row of a query, or None."""
        return next(iter(self.rows(query, **parameters)), None)

    def _ask(self, query: str, parameters: dict[str, Any]) -> list[Row]:
        with self._connection.cursor() as cursor:
            cursor.execute(f"USE {self._catalog}")
            cursor.execute(query, parameters or None)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(MAX_ROWS)]

    def enter(self) -> None:
        """One more reader."""
        with self._lock:
            self._readers += 1

    def leave(self) -> None:
        """One reader fewer; the last of an old version closes it."""
        with self._lock:
            self._readers -= 1
            if self._retired and not self._readers:
                self._connection.close()

    def retire(self) -> None:
        """A newer version is there: close as soon as nobody reads."""
        with self._lock:
            self._retired = True
            if not self._readers:
                self._connection.close()


class Store:
    """The path of the published file, and a snapshot of what stands there now."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._current: Snapshot | None = None

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """The newest version, for one request: all of a page comes from one version. Raises NoWarehouse."""
        with self._lock:
            snapshot = self._newest()
            snapshot.enter()
        try:
            yield snapshot
        finally:
            snapshot.leave()

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            if self._current:
                self._current.retire()
                self._current = None

    def _newest(self) -> Snapshot:
        for _ in range(_TRIES):
            version = self._version()
            if self._current and self._current.version == version:
                return self._current
            try:
                snapshot = Snapshot(self.path, version)
            except duckdb.Error as error:
                raise NoWarehouse(f"{self.path.name} cannot be read: {error}") from error
            if self._version() != version:  # replaced while it was being opened
                snapshot.retire()
                continue
            if self._current:
                self._current.retire()
            self._current = snapshot
            return snapshot
        raise NoWarehouse(f"{self.path.name} is being replaced again and again")

    def _version(self) -> tuple[int, int, int]:
        try:
            found = self.path.stat()
        except OSError as error:
            raise NoWarehouse(f"{self.path.name} is not there: run `foi refresh` first") from error
        return found.st_ino, found.st_mtime_ns, found.st_size
