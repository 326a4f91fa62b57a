"""Faults from outside: kill -9 anywhere, a full disk, unreadable files, two at once. The published file stays whole,
and the next refresh recovers by itself.

``FOI_KILL_PLACES`` sets at how many places of a refresh it is killed (all: a large number).
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from orchestration import warehouse
from orchestration.ingest import landing, raw
from orchestration.ingest import reading as ingest
from orchestration.refresh import publish, state
from orchestration.settings import Settings
from tests.faults import BUNDLED, ROOT, quick_refresh, settings_in
from tests.test_incremental import assert_equals_rebuild
from tests.warehouses import ask

KILL_PLACES = int(os.environ.get("FOI_KILL_PLACES", 16))
NEVER = 10**9
REPORT = next(path for path in BUNDLED if "ouhai" in path.name).read_bytes()


def home_with_reports(folder: Path) -> Settings:
    settings = settings_in(folder)
    for path in BUNDLED:
        shutil.copy(path, settings.reports_dir)
    return settings


def another(settings: Settings, number: int) -> Path:
    path = settings.reports_dir / f"new{number}.txt"
    path.write_bytes(REPORT + b"\n" * (number + 1))
    return path


def contents(settings: Settings) -> set[tuple[str, str]]:
    """The landing zone as it stands, as a published file would list it."""
    return {(path.name, landing.hash_file(path)) for path in settings.reports_dir.iterdir()}


def published(settings: Settings) -> set[tuple[str, str]]:
    """The landing zone that a published file was made from, after a look at whether it is whole and of one piece."""
    whole = """
        SELECT (SELECT count(*) = count(DISTINCT sha256) FROM raw.documents)
           AND (SELECT count(*) FROM raw.observations ANTI JOIN raw.documents USING (document_id)) = 0
           AND (SELECT count(*) FROM raw.documents ANTI JOIN raw.observations USING (document_id)) = 0
           AND (SELECT count(*) = max(run_no) AND count(finished_at) = count(*) FROM raw.refresh_runs)
           AND (SELECT max_by(files_seen, run_no) FROM raw.refresh_runs) = (SELECT count(*) FROM raw.landing_files)
    """
    assert not settings.warehouse.with_name(settings.warehouse.name + ".wal").exists()
    assert ask(settings.warehouse, whole) == [(True,)]
    return set(ask(settings.warehouse, "SELECT source_file, sha256 FROM raw.landing_files"))


def leftovers(settings: Settings) -> set[str]:
    """What lies in the build folder that should not."""
    kept = {settings.state_file, settings.grid_cache, settings.lock_file}
    return {path.name for path in settings.build_dir.iterdir() if path not in kept}


@pytest.fixture
def killed(tmp_path) -> Iterator[tuple[Settings, Callable[[int], tuple[int, int]]]]:
    """A folder with reports, and a refresh of it that is killed after so many places: exit code, places passed."""
    settings = home_with_reports(tmp_path / "home")
    command = [sys.executable, "-m", "tests.faults.killer", str(tmp_path / "home")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as killer:

        def refresh(places: int) -> tuple[int, int]:
            killer.stdin.write(f"{places}\n")
            killer.stdin.flush()
            code, passed = killer.stdout.readline().split()
            return int(code), int(passed)

        yield settings, refresh
        killer.stdin.close()


def test_kill_9_at_every_place_leaves_a_whole_file_and_the_next_refresh_recovers(killed, tmp_path):
    """Each refresh finds what the one killed before it left, and a report more; none of them is helped."""
    settings, refresh = killed
    assert refresh(NEVER)[0] == 0
    another(settings, 0)
    code, places = refresh(NEVER)
    assert code == 0 and places > 60
    before, outcomes = contents(settings), set()
    for number in range(1, KILL_PLACES + 1):
        another(settings, number)
        code, _ = refresh(number * places // (KILL_PLACES + 1))
        found, now = published(settings), contents(settings)
        assert code in (-signal.SIGKILL, 0) and found in (before, now), number
        outcomes.add((code, found == now))
        before = found
    assert (-signal.SIGKILL, False) in outcomes
    assert refresh(NEVER)[0] == 0
    assert published(settings) == contents(settings) and leftovers(settings) == set()
    rebuilt = Settings.load(settings.reports_dir, tmp_path / "other" / "foi.duckdb", environment={})
    assert_equals_rebuild(settings, rebuilt, [])


def test_refreshes_at_once_wait_for_each_other_and_lose_nothing(killed):
    settings, refresh = killed
    assert refresh(NEVER)[0] == 0
    command = [sys.executable, "-m", "tests.faults.killer", str(settings.warehouse.parent)]
    others = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
              for _ in range(2)]  # fmt: skip
    another(settings, 1)
    for other in others:
        other.stdin.write(f"{NEVER}\n")
        other.stdin.close()
    codes = [int(other.stdout.readline().split()[0]) for other in others]
    assert [other.wait() for other in others] == codes == [0, 0]
    assert published(settings) == contents(settings)
    assert ask(settings.warehouse, "SELECT count(*) FROM raw.refresh_runs") == [(2,)]  # the second had nothing to do


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """A file system of so many kilobytes over a folder; skips where this may not be had."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only an administrator may mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_stops_a_refresh_and_nothing_else(tmp_path):
    with small_disk(tmp_path / "disk", 60_000):
        settings = home_with_reports(tmp_path / "disk")
        quick_refresh(settings)
        before = published(settings)
        another(settings, 1)
        for free in (10, 100, 1_000, 2_000):
            filler = tmp_path / "disk" / "filler"
            status = os.statvfs(tmp_path / "disk")
            with filler.open("wb") as stream:
                os.posix_fallocate(stream.fileno(), 0, status.f_bavail * status.f_frsize - free * 1024)
            with pytest.raises((OSError, duckdb.Error)):
                quick_refresh(settings)
            assert published(settings) == before
            filler.unlink()
        assert quick_refresh(settings)
        assert published(settings) == contents(settings) and leftovers(settings) == set()


@pytest.fixture
def file_limit() -> Iterator[Callable[[int], None]]:
    """Let no file of this process grow beyond so many bytes: a full disk for those who cannot mount one."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def test_a_write_that_fails_anywhere_stops_a_refresh_and_nothing_else(tmp_path, file_limit):
    settings = home_with_reports(tmp_path)
    quick_refresh(settings)
    before = published(settings)
    another(settings, 1)
    for size in (0, 5_000, 300_000):
        file_limit(size)
        with pytest.raises((OSError, duckdb.Error)):
            quick_refresh(settings)
        file_limit(resource.RLIM_INFINITY)
        assert published(settings) == before
    assert quick_refresh(settings)
    assert published(settings) == contents(settings) and leftovers(settings) == set()


def test_what_is_no_report_ends_in_a_state_and_nothing_hangs(tmp_path):
    settings = home_with_reports(tmp_path / "home")
    zone, outside = settings.reports_dir, tmp_path / "outside.txt"
    outside.write_bytes(REPORT)
    os.mkfifo(zone / "pipe.txt")
    (zone / "folder.txt").mkdir()
    (zone / "out.txt").symlink_to(outside)
    (zone / "out").symlink_to(tmp_path)
    (zone / "loop.txt").symlink_to("loop.txt")
    (zone / "dangling.txt").symlink_to("nowhere.txt")
    (zone / ("x" * 251 + ".txt")).write_bytes(REPORT + b"\n")
    deep = zone.joinpath(*["d" * 200] * 12)
    deep.mkdir(parents=True)
    (deep / "deep.txt").write_bytes(REPORT + b"\n\n")
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(zone)  # an address of a socket is short
        listening.bind("socket.txt")
        os.chdir(ROOT)
        assert quick_refresh(settings)
    states = dict(ask(settings.warehouse, "SELECT source_file, state FROM raw.landing_files"))
    odd = ("pipe.txt", "out.txt", "out", "loop.txt", "dangling.txt", "socket.txt")
    found = {name: states.pop(name) for name in odd}
    assert set(found.values()) == {"rejected"} and set(states.values()) == {"read"}
    assert len(states) == len(BUNDLED) + 2
    silent = "SELECT count(*) FROM raw.landing_files WHERE state = 'rejected' AND reason IS NULL"
    assert ask(settings.warehouse, silent) == [(0,)]


def test_a_file_that_becomes_a_pipe_once_it_is_listed_is_not_waited_for(tmp_path):
    path = tmp_path / "a.txt"
    os.mkfifo(path)
    with pytest.raises(OSError, match="not a regular file"):
        landing.hash_file(path)
    job = ingest.Job("a.txt", path, "0" * 64, 10)
    assert not ingest.is_plain(job)
    assert ingest.read_one(job, ingest.Context(Settings.load(environment={}).gazetteer, "x")).is_passing


def test_what_fails_in_passing_is_read_the_next_time(tmp_path, monkeypatch):
    settings = home_with_reports(tmp_path)
    quick_refresh(settings)
    new = another(settings, 1)

    def failing(job: ingest.Job) -> bytes:
        raise ingest._InMotion("the file cannot be read: Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(ingest, "_content", failing)
        assert quick_refresh(settings)
        state_of = f"SELECT state, reason FROM raw.landing_files WHERE source_file = '{new.name}'"
        assert ask(settings.warehouse, state_of) == [("rejected", "the file cannot be read: Input/output error")]
    assert quick_refresh(settings)
    assert ask(settings.warehouse, state_of) == [("read", None)]
    assert not quick_refresh(settings) or not quick_refresh(settings)  # once it has settled, it is not read for ever


def test_a_document_whose_rows_no_table_takes_is_lost_alone(tmp_path, monkeypatch):
    settings = home_with_reports(tmp_path)
    real = raw.read_all

    def burst(*arguments):
        for readings in real(*arguments):
            yield [
                r if "ouhai" not in r.job.path or not r.rows
                else ingest.replace(r, rows=ingest.replace(r.rows, observations=r.rows.observations.replace(
                    '"value":"', '"value":"99999999999999999999', 1)))
                for r in readings
            ]  # fmt: skip

    monkeypatch.setattr(raw, "read_all", burst)
    assert quick_refresh(settings)
    lost = ask(settings.warehouse, "SELECT source_file, reason FROM raw.landing_files WHERE state <> 'read'")
    assert len(lost) == 1 and "ouhai" in lost[0][0] and "rows do not fit the tables" in lost[0][1]
    assert ask(settings.warehouse, "SELECT count(*) FROM raw.documents") == [(len(BUNDLED) - 1,)]


def test_a_folder_that_cannot_be_written_is_named_and_the_file_stands(tmp_path, monkeypatch):
    settings = home_with_reports(tmp_path)
    quick_refresh(settings)
    before = published(settings)
    another(settings, 1)

    def denied(*arguments, **options):
        raise PermissionError(13, "Permission denied", str(settings.build_dir))

    for place in ((warehouse, "TemporaryDirectory"), (os, "replace"), (publish, "_sync")):
        with monkeypatch.context() as patch:
            patch.setattr(*place, denied)
            with pytest.raises(OSError, match="denied.*build"):
                quick_refresh(settings)
        if place != (publish, "_sync"):
            assert published(settings) == before
    assert state.load(settings.state_file)
    quick_refresh(settings)
    assert published(settings) == contents(settings)
