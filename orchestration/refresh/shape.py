"""What a build loses before it is published: the layers that only dbt reads, and the room that they took.

Readers find schema main (``start_here`` and the table macros), marts, catalogue and raw; nothing else.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration import warehouse

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

INNER_SCHEMAS = ("staging", "intermediate")
# A dropped table leaves free blocks in the file: no reader touches them, but they are copied and kept. Writing the file
# anew costs about as long as writing its marts did, so that it is done where it saves much of a large file.
MIN_FREE_BYTES = 64 * 1024 * 1024
MIN_FREE_SHARE = 0.25
VIEWS = "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL"


def shape(build: Path) -> None:
    """Drop the inner layers of a finished build and prove that every view still reads. Raises duckdb.Error, OSError."""
    with warehouse.connect(build) as connection:
        for schema in INNER_SCHEMAS:
            connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        for schema, view in connection.execute(VIEWS).fetchall():
            connection.execute(f'SELECT * FROM "{schema}"."{view}" LIMIT 0')
        connection.execute("CHECKPOINT")
        wasteful = _is_wasteful(connection)
    if wasteful:
        compact(build)


def compact(build: Path) -> None:
    """Write a build anew without its free blocks: the same tables, keys, views, macros and comments, in their order."""
    import duckdb

    part = build.with_name(f"{build.stem}_compact{build.suffix}")
    warehouse.remove_database(part)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {warehouse.quoted(build)} AS build (READ_ONLY)")
        connection.execute(f"ATTACH {warehouse.quoted(part)} AS compact")
        connection.execute("COPY FROM DATABASE build TO compact")
        connection.execute("DETACH compact")
    os.replace(part, build)


def _is_wasteful(connection: DuckDBPyConnection) -> bool:
    block, total, free = connection.execute(
        "SELECT block_size, total_blocks, free_blocks FROM pragma_database_size()"
    ).fetchone()
    return free * block >= MIN_FREE_BYTES and free >= total * MIN_FREE_SHARE
