"""Readers in a loop while the file is published fifty times: no error, and never two refreshes in one answer."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import time
from pathlib import Path
from typing import Any

from orchestration import warehouse
from orchestration.refresh import publish
from tests.faults import BUNDLED, quick_refresh, settings_in

PUBLICATIONS = int(os.environ.get("FOI_PUBLICATIONS", 50))
REAL = max(4, PUBLICATIONS // 10)
# Whole in itself: the last run knows how many files there are, each document has its figures, each run its verdict.
ONE_PIECE = """
    SELECT max(run_no), count(*) = max(run_no),
           max_by(files_seen, run_no) = (SELECT count(*) FROM raw.landing_files),
           (SELECT count(*) FROM raw.documents ANTI JOIN raw.observations USING (document_id)) = 0,
           count(*) = (SELECT count(*) FROM raw.check_results), count(finished_at) = count(*)
    FROM raw.refresh_runs
"""
# One publication more, as a refresh would leave it, with one file more: each statement a transaction of its own.
NEXT = """
    INSERT INTO raw.refresh_runs BY NAME
    SELECT r.* REPLACE (r.run_id || 'x' AS run_id, run_no + 1 AS run_no, files_seen + 1 AS files_seen)
    FROM raw.refresh_runs AS r ORDER BY run_no DESC LIMIT 1;
    INSERT INTO raw.check_results BY NAME
    SELECT * REPLACE (run_id || 'x' AS run_id) FROM raw.check_results
    WHERE run_id = (SELECT run_id FROM raw.refresh_runs ORDER BY run_no DESC LIMIT 1 OFFSET 1);
    INSERT INTO raw.landing_files BY NAME
    SELECT * REPLACE (source_file || 'x' AS source_file) FROM raw.landing_files
    ORDER BY length(source_file) DESC LIMIT 1;
"""


def read_until(database: Path, times: int, stop: Any, seen: Any) -> None:
    """Open, ask so many times, close, over and over; what was seen, or the error, or two answers of one connection."""
    found = []
    try:
        while not stop.is_set():
            with warehouse.connect(database, read_only=True) as connection:
                answers = {connection.execute(ONE_PIECE).fetchone() for _ in range(times)}
            ((number, *is_whole),) = answers
            found.append((number, all(is_whole)))
        seen.put(found)
    except Exception as error:
        seen.put(repr(error))


def publish_one_more(settings: Any) -> None:
    shutil.copyfile(settings.warehouse, settings.build_db)
    with warehouse.connect(settings.build_db) as connection:
        for statement in NEXT.split(";")[:-1]:
            connection.execute(statement)
    publish.seal(settings.build_db)
    publish.publish(settings.build_db, settings.warehouse)


def test_readers_see_every_publication_whole_and_none_twice(tmp_path):
    settings = settings_in(tmp_path)
    for path in BUNDLED:
        shutil.copy(path, settings.reports_dir)
    quick_refresh(settings)
    context = multiprocessing.get_context("spawn")
    stop, seen = context.Event(), context.Queue()
    readers = [context.Process(target=read_until, args=(settings.warehouse, times, stop, seen)) for times in (1, 20)]
    for reader in readers:
        reader.start()
    time.sleep(1)
    for number in range(1, PUBLICATIONS):
        if number % (PUBLICATIONS // REAL):
            publish_one_more(settings)
        else:
            (settings.reports_dir / f"new{number}.txt").write_bytes(BUNDLED[0].read_bytes() + b"\n" * number)
            assert quick_refresh(settings)
    stop.set()
    for found in [seen.get(timeout=60) for _ in readers]:
        assert isinstance(found, list), found
        numbers = [number for number, _ in found]
        assert all(is_whole for _, is_whole in found) and numbers == sorted(numbers)
        assert len(set(numbers)) > PUBLICATIONS / 10, "the readers were too slow to see anything"
    for reader in readers:
        reader.join(60)
    with warehouse.connect(settings.warehouse, read_only=True) as connection:
        assert connection.execute(ONE_PIECE).fetchone() == (PUBLICATIONS, *[True] * 5)
