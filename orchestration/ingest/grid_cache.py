"""The grids of documents read before, so that a catalogue edit is applied without opening a document again.

One SQLite file in the build folder. Grain: one document, as one version of the form modules reads it under one kind of
file name. It is only ever a saving of time: a cache that is missing, damaged, full or not writable is done without, and
begun anew the next time.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

Key = tuple[str, str]
"""A content's sha256, and the suffix of its file's name, which has a say in the form."""
Result = TypeVar("Result")
log = logging.getLogger(__name__)

# Losing it in a power cut costs one reading, so nothing waits for the disk; freed pages go back to it.
SETTINGS = "PRAGMA auto_vacuum = FULL; PRAGMA synchronous = OFF; PRAGMA cache_size = -4096;"
TABLE = """
CREATE TABLE IF NOT EXISTS grids (
    sha256 TEXT NOT NULL, suffix TEXT NOT NULL, forms TEXT NOT NULL, document BLOB NOT NULL,
    PRIMARY KEY (sha256, suffix)
)
"""
FIND = "SELECT document FROM grids WHERE sha256 = ? AND suffix = ? AND forms = ? AND typeof(document) = 'blob'"
DROP = "DELETE FROM grids WHERE forms <> ? OR sha256 NOT IN (SELECT sha256 FROM temp.present)"


class GridCache:
    """Frozen documents (``parsers.forms.frozen``) by key, as form modules of the fingerprint ``forms`` read them."""

    def __init__(self, path: Path | None, forms: str) -> None:
        """Open the cache; ``path`` None is a cache that keeps nothing."""
        self._path = path
        self._forms = forms
        # A file that is no database is removed by the first attempt, and begun by the second.
        self._connection = path and (self._open(path) or self._open(path))

    def get(self, keys: Iterable[Key]) -> dict[Key, bytes]:
        """The frozen documents that are there."""

        def find(connection: sqlite3.Connection) -> dict[Key, bytes]:
            rows = ((key, connection.execute(FIND, (*key, self._forms)).fetchone()) for key in keys)
            return {key: row[0] for key, row in rows if row}

        return self._transaction(find) or {}

    def put(self, documents: Iterable[tuple[Key, bytes]]) -> None:
        """Keep frozen documents, in the place of what another version of the form modules read."""
        rows = [(*key, self._forms, document) for key, document in documents]
        self._transaction(lambda connection: connection.executemany("REPLACE INTO grids VALUES (?, ?, ?, ?)", rows))

    def drop(self, keys: Iterable[Key]) -> None:
        """Forget some documents, so that they are opened again."""
        statement = "DELETE FROM grids WHERE sha256 = ? AND suffix = ?"
        self._transaction(lambda connection: connection.executemany(statement, list(keys)))

    def keep_only(self, contents: Iterable[str]) -> None:
        """Drop every document whose sha256 is not among ``contents``, and those read by other form modules."""

        def drop(connection: sqlite3.Connection) -> None:
            connection.execute("CREATE TEMP TABLE present (sha256 TEXT PRIMARY KEY)")
            connection.executemany("INSERT OR IGNORE INTO temp.present VALUES (?)", ((one,) for one in contents))
            connection.execute(DROP, (self._forms,))
            connection.execute("DROP TABLE temp.present")

        self._transaction(drop)

    def close(self) -> None:
        """Close the file; the cache keeps nothing any more. Safe to call twice."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def __enter__(self) -> GridCache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self, path: Path) -> sqlite3.Connection | None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path)
            connection.executescript(SETTINGS + TABLE)
            return connection
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)
            return None

    def _transaction(self, action: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """Do all of an action or nothing; None where SQLite cannot, and from then on."""
        if not self._connection:
            return None
        try:
            with self._connection as connection:
                return action(connection)
        except sqlite3.Error as error:
            self.close()
            self._give_up(error)
            return None

    def _give_up(self, error: Exception) -> None:
        log.info("the grid cache %s is begun anew: %s", self._path, error)
        try:
            forget(self._path)
        except OSError as stubborn:
            log.info("and it cannot be removed: %s", stubborn)


def forget(path: Path) -> None:
    """Remove a cache and what SQLite may have left beside it. Raises OSError."""
    for stale in (path, path.with_name(path.name + "-journal")):
        stale.unlink(missing_ok=True)
