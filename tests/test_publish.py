"""Publishing: the file is replaced whole or not at all, and readers keep what they opened."""

from __future__ import annotations

import errno
import multiprocessing
import os
from pathlib import Path

import duckdb
import pytest

from orchestration import warehouse
from orchestration.ingest.landing import survey
from orchestration.refresh import publish, state
from orchestration.refresh.workbench import AnotherRefresh, writer_lock


def make(path: Path, number: int) -> Path:
    """A small database with one number in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    warehouse.remove_database(path)
    with warehouse.connect(path) as connection:
        connection.execute(f"CREATE TABLE t AS SELECT {number} AS n FROM range(1000)")
    return path


def number_in(path: Path) -> int:
    with warehouse.connect(path, read_only=True) as connection:
        ((number,),) = connection.execute("SELECT DISTINCT n FROM t").fetchall()
    return number


def test_the_build_takes_the_place_of_the_published_file(tmp_path):
    published, build = make(tmp_path / "foi.duckdb", 1), make(tmp_path / "build" / "foi.duckdb", 2)
    publish.seal(build)
    publish.publish(build, published)
    assert number_in(published) == 2
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["foi.duckdb"]


def test_a_reader_keeps_the_file_that_it_opened(tmp_path):
    published, build = make(tmp_path / "foi.duckdb", 1), make(tmp_path / "build" / "foi.duckdb", 2)
    with warehouse.connect(published, read_only=True) as reader:
        publish.seal(build)
        publish.publish(build, published)
        assert reader.execute("SELECT DISTINCT n FROM t").fetchall() == [(1,)]
    assert number_in(published) == 2


def read_until(path: Path, stop, seen) -> None:
    """Open, read, close, over and over; any error ends up in ``seen``."""
    while not stop.is_set():
        try:
            seen.put(number_in(path))
        except Exception as error:
            seen.put(repr(error))


def test_readers_in_a_loop_see_no_error_and_no_mixture(tmp_path):
    published = make(tmp_path / "foi.duckdb", 0)
    context = multiprocessing.get_context("spawn")
    stop, seen = context.Event(), context.Queue()
    reader = context.Process(target=read_until, args=(published, stop, seen))
    reader.start()
    results = [seen.get(timeout=30)]
    for number in range(1, 21):
        build = make(tmp_path / "build" / "foi.duckdb", number)
        publish.seal(build)
        publish.publish(build, published)
    stop.set()
    while reader.is_alive() or not seen.empty():
        results += [seen.get()] if not seen.empty() else []
    assert all(isinstance(result, int) for result in results), results
    assert results == sorted(results) and len(results) > 1


def test_across_file_systems_the_build_is_copied_beside_first(tmp_path, monkeypatch):
    published, build = make(tmp_path / "foi.duckdb", 1), make(tmp_path / "build" / "foi.duckdb", 2)
    real, calls = os.replace, []

    def replace(source, target):
        calls.append(Path(source).parent)
        if Path(source).parent != Path(target).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    publish.publish(build, published)
    assert calls == [build.parent, published.parent]
    assert number_in(published) == 2
    assert not build.exists()


def test_when_replacing_fails_yesterdays_file_stands(tmp_path, monkeypatch):
    published, build = make(tmp_path / "foi.duckdb", 1), make(tmp_path / "build" / "foi.duckdb", 2)

    def full(source, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        publish.publish(build, published)
    assert number_in(published) == 1


def test_a_foreign_write_ahead_log_is_not_replayed_into_the_new_file(tmp_path):
    published, build = make(tmp_path / "foi.duckdb", 1), make(tmp_path / "build" / "foi.duckdb", 2)
    published.with_name("foi.duckdb.wal").write_bytes(b"a log of another file")
    publish.seal(build)
    publish.publish(build, published)
    assert number_in(published) == 2


def test_what_a_killed_refresh_left_is_removed(tmp_path):
    build = make(tmp_path / "foi.duckdb", 1)
    build.write_bytes(b"half a database")
    build.with_name("foi.duckdb.wal").write_bytes(b"half a log")
    warehouse.create(build)
    with warehouse.connect(build) as connection:
        assert connection.execute("SELECT count(*) FROM raw.documents").fetchone() == (0,)


def test_only_one_writer_at_a_time(tmp_path):
    lock, said = tmp_path / "foi.lock", []
    with writer_lock(lock), pytest.raises(AnotherRefresh), writer_lock(lock, wait=False, say=said.append):
        pass
    with writer_lock(lock, wait=False):
        pass


def test_a_state_comes_back_as_it_was_saved(tmp_path):
    (tmp_path / "zone").mkdir()
    (tmp_path / "zone" / "报告.txt").write_text("x", encoding="utf-8")
    files = tuple(survey(tmp_path / "zone", {}, 1000))
    saved = state.State("w", "r", "code", "parser", state.listed(files), (1, 2), "mark")
    state.save(tmp_path / "s.json", saved)
    assert state.load(tmp_path / "s.json") == saved
    assert saved.files == files
    assert state.nothing_changed(saved, saved)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version": 2}', b'{"version": 99}', b"\xff"])
def test_a_damaged_state_counts_as_none(tmp_path, content):
    (tmp_path / "s.json").write_bytes(content)
    assert state.load(tmp_path / "s.json") is None


def test_a_state_whose_listing_was_cut_short_counts_as_none(tmp_path):
    state.save(tmp_path / "s.json", state.State("w", "r", "code", "parser", state.listed([]), (1, 2), "mark"))
    assert state.load(tmp_path / "s.json") is not None
    (tmp_path / "s.json").write_bytes((tmp_path / "s.json").read_bytes()[:-1])
    assert state.load(tmp_path / "s.json") is None


def test_rows_travel_into_tables_exactly(tmp_path):
    """Quotes, markup, NUL, line separators and long decimals arrive as they were, and nothing is run as SQL."""
    from datetime import datetime
    from decimal import Decimal

    texts = ["'); DROP TABLE t; --", '"', "\\", "a\0b", "\u2028", "<script>", "中文", "{{ ref('x') }}", "\r\n"]
    with warehouse.connect(tmp_path / "foi.duckdb") as connection:
        connection.execute("CREATE TABLE t (s VARCHAR, d DECIMAL(24, 6), a VARCHAR[], m TIMESTAMP)")
        moment = datetime(2024, 1, 2, 3, 4, 5, 678901)
        rows = [{"s": s, "d": Decimal("123456789012345678.123456"), "a": [s], "m": moment} for s in texts]
        assert warehouse.insert_rows(connection, "t", rows) == len(texts)
        found = connection.execute("SELECT s, d, a, m FROM t").fetchall()
        assert found == [(r["s"], r["d"], r["a"], r["m"]) for r in rows]
        with pytest.raises(duckdb.Error):
            warehouse.insert_rows(connection, "t", [{"d": Decimal("1e30")}])
    assert [p.name for p in tmp_path.iterdir()] == ["foi.duckdb"]
