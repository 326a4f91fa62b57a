"""The landing zone: every file ends in exactly one state, and is identified by its content alone."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.ingest import landing, raw
from orchestration.ingest.landing import LandingZoneError, survey
from orchestration.ingest.sidecar import BrokenSidecar, parse_sidecar
from orchestration.refresh.workbench import look_around
from orchestration.settings import Settings

LIMIT = 1024 * 1024


def states(zone: Path, known: dict | None = None) -> dict[str, tuple[str, str | None]]:
    """State and reason of every file that needs no parser; documents that do are ``read``."""
    files = survey(zone, known or {}, LIMIT)
    ledger, candidates = raw.sort_out(zone, files)
    for file in candidates:
        ledger.settle(file.path, "read", document_id=file.sha256[:16])
    raw._settle_companions(ledger)
    assert set(ledger.states) == {file.path for file in files}
    return {path: state[:2] for path, state in ledger.states.items()}


def write(path: Path, content: bytes = b"report") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_zone_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LandingZoneError, match="nowhere.*--reports"):
        survey(tmp_path / "nowhere", {}, LIMIT)


def test_every_file_of_a_mixed_folder_ends_in_one_state(tmp_path):
    write(tmp_path / "a.txt")
    write(tmp_path / "deep" / "er" / "b.html", b"other")
    write(tmp_path / "copy.txt")
    write(tmp_path / "photo.jpeg")
    write(tmp_path / "empty.txt", b"")
    write(tmp_path / ".hidden.txt")
    write(tmp_path / ".git" / "config")
    assert states(tmp_path) == {
        ".git/": ("unsupported", "hidden folder: not looked into"),
        ".hidden.txt": ("unsupported", "hidden file: not looked into"),
        "a.txt": ("read", None),
        "copy.txt": ("duplicate", "the same bytes as another file"),
        "deep/er/b.html": ("read", None),
        "empty.txt": ("rejected", "the file is empty"),
        "photo.jpeg": ("unsupported", states(tmp_path)["photo.jpeg"][1]),
    }


def test_a_file_of_two_gigabytes_is_rejected_without_opening_it(tmp_path, monkeypatch):
    with (tmp_path / "huge.txt").open("wb") as stream:
        stream.truncate(2 * 1024**3)
    monkeypatch.setattr(landing, "hash_file", lambda path: pytest.fail("the file was opened"))
    state, reason = states(tmp_path)["huge.txt"]
    assert state == "rejected"
    assert "2,147,483,648 bytes" in reason and "FOI_MAX_FILE_MB" in reason


def test_links_are_followed_within_the_zone_only(tmp_path):
    outside = write(tmp_path / "outside" / "secret.txt", b"secret")
    zone = tmp_path / "zone"
    write(zone / "a.txt")
    (zone / "in.txt").symlink_to(zone / "a.txt")
    (zone / "out.txt").symlink_to(outside)
    (zone / "folder").symlink_to(outside.parent)
    (zone / "broken.txt").symlink_to(zone / "gone.txt")
    (zone / "loop.txt").symlink_to(zone / "loop.txt")
    found = states(zone)
    assert found["in.txt"][0] == "duplicate"
    assert found["out.txt"] == ("rejected", "symbolic link out of the landing zone: not followed")
    assert found["folder"][0] == found["broken.txt"][0] == found["loop.txt"][0] == "rejected"


def test_a_named_pipe_is_rejected_and_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert states(tmp_path)["pipe.txt"] == ("rejected", "not a regular file")


def test_a_file_that_cannot_be_read_is_rejected_with_the_reason(tmp_path, monkeypatch):
    write(tmp_path / "a.txt")

    def denied(path: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(landing, "hash_file", denied)
    assert states(tmp_path)["a.txt"] == ("rejected", "the file cannot be read: Permission denied")


def test_a_name_that_is_not_utf8_is_listed_and_found_again(tmp_path):
    raw_name = os.fsencode(tmp_path) + b"/\xb1\xa8\xb8\xe6\\x.txt"
    with open(raw_name, "wb") as stream:
        stream.write(b"report")
    (file,) = survey(tmp_path, {}, LIMIT)
    file.path.encode("utf-8")
    assert landing.real_path(tmp_path, file.path).read_bytes() == b"report"


def test_a_renamed_file_keeps_its_identity(tmp_path):
    path = write(tmp_path / "a.txt")
    (before,) = survey(tmp_path, {}, LIMIT)
    path.rename(tmp_path / "z.txt")
    (after,) = survey(tmp_path, {}, LIMIT)
    assert (before.path, after.path) == ("a.txt", "z.txt")
    assert before.identity == after.identity


def test_only_files_whose_stat_changed_are_hashed(tmp_path, monkeypatch):
    write(tmp_path / "a.txt")
    write(tmp_path / "b.txt")
    known = {file.path: file for file in survey(tmp_path, {}, LIMIT)}
    write(tmp_path / "b.txt", b"longer than before")
    hashed = []
    real = landing.hash_file
    monkeypatch.setattr(landing, "hash_file", lambda path: hashed.append(path.name) or real(path))
    assert {f.path: f.sha256 == known[f.path].sha256 for f in survey(tmp_path, known, LIMIT)} == {
        "a.txt": True, "b.txt": False,
    }  # fmt: skip
    assert hashed == ["b.txt"]


def test_an_edit_within_the_clocks_tick_is_seen_at_the_next_look(tmp_path):
    """Same size, same times: only a file that had settled is trusted by its stat."""
    path = write(tmp_path / "a.txt", b"one")
    first = survey(tmp_path, {}, LIMIT)
    remembered = landing.settled(first, looked_at_ns=first[0].changed_ns + 1)
    path.write_bytes(b"two")
    os.utime(path, ns=(first[0].modified_ns, first[0].modified_ns))
    (again,) = survey(tmp_path, {file.path: file for file in remembered}, LIMIT)
    assert again.sha256 != first[0].sha256


def mark(zone: Path, max_bytes: int = LIMIT) -> str:
    return landing.digest(landing.walk(zone), max_bytes)


def test_the_digest_of_a_walk_stays_while_nothing_changes(tmp_path):
    zone = tmp_path / "zone"
    write(zone / "a.txt")
    write(zone / "deep" / "报告.txt")
    assert mark(zone) == mark(zone)
    assert mark(zone) != mark(zone, LIMIT + 1)  # another limit may settle files otherwise


@pytest.mark.parametrize(
    "change",
    [
        lambda zone: write(zone / "new.txt"),
        lambda zone: write(zone / "deep" / "b.txt", b"longer"),
        lambda zone: write(zone / "deep" / "b.txt", b"tropes"),
        lambda zone: os.utime(zone / "a.txt", ns=(1, 1)),
        lambda zone: (zone / "a.txt").unlink(),
        lambda zone: (zone / "a.txt").rename(zone / "z.txt"),
        lambda zone: (zone / "a.txt").rename(zone / "deep" / "a.txt"),
        lambda zone: (zone / "deep").rename(zone / "deeper"),
        lambda zone: (zone / "link.txt").symlink_to(zone / "a.txt"),
        lambda zone: (zone / "link.txt").symlink_to("/etc/hostname"),
        lambda zone: write(zone / ".hidden" / "a.txt"),
        lambda zone: (zone / "a.txt").chmod(0o600),
    ],
)
def test_any_change_of_the_zone_changes_the_digest(tmp_path, change):
    zone = tmp_path / "zone"
    write(zone / "a.txt")
    write(zone / "deep" / "b.txt", b"report")
    before = mark(zone)
    time.sleep(0.02)  # more than a tick of the clock; within one, nothing is settled
    change(zone)
    assert mark(zone) != before


def settings_of(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path / "zone", tmp_path / "foi.duckdb", environment={})


def test_an_unchanged_zone_is_known_by_one_walk(tmp_path, monkeypatch):
    settings = settings_of(tmp_path)
    write(settings.reports_dir / "a.txt")
    monkeypatch.setattr(landing, "SETTLING_NS", -1_000_000_000)  # as if a while had passed
    first = look_around(settings, None)
    assert first.mark

    def look(*arguments):
        pytest.fail("files were looked at")

    monkeypatch.setattr("orchestration.refresh.workbench.identify", look)
    assert look_around(settings, first) == first


def test_a_zone_with_files_that_have_not_settled_has_no_digest_yet(tmp_path):
    settings = settings_of(tmp_path)
    write(settings.reports_dir / "a.txt")
    first = look_around(settings, None)
    assert first.mark is None and first.files[0].sha256
    os.utime(settings.reports_dir / "a.txt", ns=(1, first.files[0].modified_ns + 10**15))
    assert look_around(settings, first).mark is None  # a time in the future never settles


def test_a_zone_with_a_file_that_could_not_be_read_is_looked_at_again(tmp_path, monkeypatch):
    settings = settings_of(tmp_path)
    write(settings.reports_dir / "a.txt")
    monkeypatch.setattr(landing, "SETTLING_NS", -1_000_000_000)

    def failing(path: Path) -> str:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(landing, "hash_file", failing)
        first = look_around(settings, None)
    assert first.mark is None and first.files[0].problem_state == "rejected"
    again = look_around(settings, first)
    assert again.mark and again.files[0].sha256


def test_the_digest_of_another_zone_says_nothing(tmp_path, monkeypatch):
    settings = settings_of(tmp_path)
    write(settings.reports_dir / "a.txt")
    monkeypatch.setattr(landing, "SETTLING_NS", -1_000_000_000)
    first = look_around(settings, None)
    moved = replace(first, reports_dir="elsewhere", listing="[]")
    assert look_around(settings, moved) == first


def test_a_sidecar_belongs_to_its_report_and_a_lonely_one_is_said_to_be(tmp_path):
    write(tmp_path / "a.txt")
    write(tmp_path / "a.txt.meta.yml", b"source_url: https://example.gov.cn/a")
    write(tmp_path / "b.txt.meta.yml", b"source_url: https://example.gov.cn/b")
    found = states(tmp_path)
    assert found["a.txt.meta.yml"] == ("read", "sidecar of a.txt")
    assert found["b.txt.meta.yml"] == ("unsupported", "a sidecar without its file b.txt")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"- a list", "not a mapping"),
        (b"source_url: javascript:alert(1)", "source_url"),
        (b"sourc_url: https://example.gov.cn", "unknown key sourc_url"),
        (b"jurisdiction_code: 33", "six-digit"),
        (b"retrieved_at: yesterday", "ISO 8601"),
        (b"issuer: [a, b]", "issuer is not a text"),
        (b"a: [", "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"!!python/object/apply:os.system ['true']", "cannot be read"),
    ],
)
def test_a_broken_sidecar_is_rejected_with_its_reason(tmp_path, content, reason):
    with pytest.raises(BrokenSidecar, match=reason):
        parse_sidecar(content, "a.txt.meta.yml")
    write(tmp_path / "a.txt")
    write(tmp_path / "a.txt.meta.yml", content)
    state, said = states(tmp_path)["a.txt.meta.yml"]
    assert state == "rejected" and reason in said


def test_a_sidecar_in_yaml_and_json_says_the_same():
    yml = parse_sidecar(b"retrieved_at: 2024-05-01T08:00:00+08:00\njurisdiction_code: 330326", "a.meta.yml")
    js = parse_sidecar(b'{"retrieved_at": "2024-05-01T08:00:00+08:00", "jurisdiction_code": "330326"}', "a.meta.json")
    assert yml == js
    assert yml.retrieved_at.isoformat() == "2024-05-01T00:00:00"
