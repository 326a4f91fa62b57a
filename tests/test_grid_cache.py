"""The grid cache: it gives back what was put there for these form modules, and is never in the way."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from orchestration.ingest.grid_cache import GridCache, forget

A, B = ("a" * 64, ".txt"), ("b" * 64, ".pdf")


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "build" / "foi.grids.sqlite"


def put(path: Path, **documents: bytes) -> None:
    with GridCache(path, "forms") as cache:
        cache.put(({"a": A, "b": B}[name], document) for name, document in documents.items())


def found(path: Path, forms: str = "forms") -> dict:
    with GridCache(path, forms) as cache:
        return cache.get([A, B])


def test_what_is_put_is_found_again_by_content_and_suffix(path):
    put(path, a=b"1", b=b"2")
    put(path, a=b"3")
    assert found(path) == {A: b"3", B: b"2"}
    with GridCache(path, "forms") as cache:
        assert cache.get([(A[0], ".html")]) == {}


def test_what_other_form_modules_read_is_not_found_and_is_replaced(path):
    put(path, a=b"1")
    assert found(path, "new") == {}
    with GridCache(path, "new") as cache:
        cache.put([(A, b"2")])
        assert cache.get([A]) == {A: b"2"}
    assert found(path) == {}


def test_documents_that_left_the_landing_zone_leave_the_cache_and_its_file(path):
    put(path, a=b"1", b=b"2" * 1_000_000)
    full = path.stat().st_size
    with GridCache(path, "forms") as cache:
        cache.keep_only([A[0]])
    assert found(path) == {A: b"1"}
    assert path.stat().st_size < full / 2


def test_what_other_form_modules_read_leaves_the_cache(path):
    put(path, a=b"1")
    with GridCache(path, "new") as cache:
        cache.keep_only([A[0]])
    assert found(path) == {}


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_begun_anew(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    put(path, a=b"1")
    assert found(path) == {A: b"1"}


def test_a_file_of_another_shape_is_begun_anew(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE grids (sha256 TEXT)")
    connection.close()
    assert found(path) == {}
    put(path, a=b"1")
    assert found(path) == {A: b"1"}


def test_damage_that_shows_late_is_survived(path):
    """The head is whole, the pages are not: what cannot be had is done without, and the next time begins anew."""
    put(path, a=b"1" * 50_000, b=b"2" * 50_000)
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with GridCache(path, "forms") as cache:
        assert cache.get([A, B]) == {}
        cache.put([(A, b"1")])
        cache.keep_only([A[0]])
    put(path, a=b"1")
    assert found(path) == {A: b"1"}


def test_a_cache_that_cannot_be_written_keeps_nothing_and_says_nothing(tmp_path):
    (tmp_path / "file").touch()
    put(tmp_path / "file" / "foi.grids.sqlite", a=b"1")
    (tmp_path / "folder").mkdir()
    put(tmp_path / "folder", a=b"1")
    assert found(tmp_path / "folder") == {}


def test_a_forgotten_cache_is_empty(path):
    put(path, a=b"1")
    forget(path)
    assert list(path.parent.iterdir()) == []
    assert found(path) == {}
