"""The last act: put the finished build in the place of the published file, whole or not at all.

Readers that have the old file open keep it; whoever opens the path afterwards sees the new one.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from orchestration import warehouse

PART_SUFFIX = ".part"


def seal(build: Path) -> None:
    """Write everything that DuckDB holds into the one file, and the file to the disk. Raises duckdb.Error, OSError."""
    with warehouse.connect(build) as connection:
        connection.execute("CHECKPOINT")
    _sync(build)


def publish(build: Path, published: Path) -> None:
    """Move a sealed build over the published file in one step. Raises OSError; the old file then still stands.

    Where the build lies on another file system it is first copied beside the published file. A write-ahead log that
    a foreign writer left beside the old file would be replayed into the new one, so it goes first.
    """
    published.parent.mkdir(parents=True, exist_ok=True)
    clean(published)
    published.with_name(published.name + ".wal").unlink(missing_ok=True)
    try:
        os.replace(build, published)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        part = published.with_name(published.name + PART_SUFFIX)
        shutil.copyfile(build, part)
        _sync(part)
        os.replace(part, published)
        build.unlink()
    _sync(published.parent)


def clean(published: Path) -> None:
    """Remove what a publication that was killed may have left beside the published file."""
    published.with_name(published.name + PART_SUFFIX).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
