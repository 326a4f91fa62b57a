"""What the published file was made from, so that a refresh can tell in a moment that nothing has changed.

A state file has two lines: a small head, and the listing of the landing zone, which is taken apart only where the zone
is not the same to the last stat.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from orchestration.ingest.landing import LandingFile
from orchestration.settings import Settings

STATE_VERSION = 2

READING = ("ingest/reading.py", "ingest/rows.py", "ingest/sidecar.py")  # beside the parsers: how they are called


@dataclass(frozen=True)
class State:
    """The inputs of one published file: its code, its landing zone and, once published, its own stat.

    ``listing`` holds the files as JSON; ``mark`` is the digest of the walk that listed them (``landing.digest``), None
    where some of them must be looked at again.
    """

    warehouse: str
    reports_dir: str
    code: str
    parser: str
    listing: str
    published: tuple[int, int] | None = None
    mark: str | None = None

    @cached_property
    def files(self) -> tuple[LandingFile, ...]:
        """The files of the landing zone in path order."""
        return tuple(map(LandingFile._make, json.loads(self.listing)))

    def by_path(self) -> dict[str, LandingFile]:
        return {file.path: file for file in self.files}


def listed(files: Iterable[LandingFile]) -> str:
    """Files as the listing of a state."""
    return json.dumps(list(files), ensure_ascii=False, separators=(",", ":"))


def load(path: Path) -> State | None:
    """The saved state, or None where there is none or it cannot be understood (everything is then looked at anew)."""
    try:
        head, _, listing = path.read_bytes().partition(b"\n")
        saved = json.loads(head)
        if (saved.pop("version"), saved.pop("checksum")) != (STATE_VERSION, zlib.crc32(listing)):
            return None
        saved["published"] = tuple(saved["published"]) if saved["published"] else None
        return State(**saved, listing=listing.decode())
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def save(path: Path, state: State) -> None:
    """Write the state whole or not at all. Raises OSError."""
    listing = state.listing.encode()
    head = {"version": STATE_VERSION, "checksum": zlib.crc32(listing)} | {
        name: getattr(state, name) for name in ("warehouse", "reports_dir", "code", "parser", "published", "mark")
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(json.dumps(head).encode() + b"\n" + listing)
    os.replace(part, path)


def stat_of(warehouse: Path) -> tuple[int, int] | None:
    """Size and change time of the published file; None where there is none."""
    try:
        status = warehouse.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def nothing_changed(saved: State | None, now: State) -> bool:
    """Whether the published file is the one that was made, from these very files, by this very code."""
    return (
        saved is not None
        and saved.published is not None
        and saved.published == now.published
        and (saved.warehouse, saved.reports_dir, saved.code) == (now.warehouse, now.reports_dir, now.code)
        and _same_files(saved, now)
    )


def _same_files(saved: State, now: State) -> bool:
    """Whether every path holds the same content; stats may differ."""
    return saved.listing == now.listing or (
        [(f.path, f.identity) for f in saved.files] == [(f.path, f.identity) for f in now.files]
    )


def code_fingerprint(settings: Settings) -> str:
    """A hash over everything but reports that a published file depends on: parsers, orchestration, dbt, the lock, and
    what reviewers decided, wherever their records stand."""
    root = settings.project_root
    folders = (root / "parsers", root / "orchestration", settings.dbt_project)
    code = _hash(root, [root / "requirements.lock", *_sources(folders)])
    return hashlib.sha256(f"{code} {records_fingerprint(settings)}".encode()).hexdigest()


def parser_fingerprint(settings: Settings) -> str:
    """A hash over everything that decides how a document is read; also the ``parser_version`` of its rows."""
    root = settings.project_root
    reading = [root / "orchestration" / name for name in (*READING, "schema.sql")]
    units = settings.gazetteer.parent.glob("seed_jurisdiction_*.csv")
    return _hash(root, [root / "requirements.lock", *reading, *units, *_sources([root / "parsers"])])[:12]


@dataclass(frozen=True, slots=True)
class Versions:
    """What a refresh was made with, each part by a short hash of its own, so that a change can be told its cause."""

    parser: str
    reader: str
    catalogue: str
    models: str
    records: str


def versions(settings: Settings) -> Versions:
    """The versions as they stand: reader is the parser without its catalogue, models dbt without the records."""
    root = settings.project_root
    catalogue = root / "parsers" / "catalogue"
    reader = [path for path in _sources([root / "parsers"]) if path.parent != catalogue or path.suffix != ".yml"]
    reading = [root / "orchestration" / name for name in READING]
    units = settings.gazetteer.parent.glob("seed_jurisdiction_*.csv")
    models = [path for path in _sources([settings.dbt_project]) if path.parent.name != "corrections"]
    return Versions(
        parser=parser_fingerprint(settings),
        reader=_hash(root, [root / "requirements.lock", *reading, *reader])[:12],
        catalogue=_hash(root, [*catalogue.glob("*.yml"), *units])[:12],
        models=_hash(root, models)[:12],
        records=records_fingerprint(settings),
    )


def records_fingerprint(settings: Settings) -> str:
    """A hash over what people decided: verdicts, corrections, overrides, and reports held back or released."""
    digest = hashlib.sha256()
    for folder in filter(None, (settings.dbt_project / "seeds" / "corrections", settings.records_dir)):
        for path in sorted(folder.glob("seed_*.csv")):
            digest.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    if settings.quarantine_file.is_file():
        digest.update(settings.quarantine_file.read_bytes())
    return digest.hexdigest()[:12]


def forms_fingerprint(settings: Settings) -> str:
    """A hash over what decides which grids a document is read into: the form modules, and the libraries they use.

    The catalogue, the walks and the resolver are no part of it: they are applied to grids (``grid_cache``).
    """
    root = settings.project_root
    reading = [root / "requirements.lock", root / "parsers" / "grid.py"]
    return _hash(root, [*reading, *_sources([root / "parsers" / "forms"])])[:12]


def dbt_fingerprint(settings: Settings) -> str:
    """A hash over the dbt project, by which its manifest is known to be fresh."""
    return _hash(settings.project_root, _sources([settings.dbt_project]))


def _sources(folders: Iterable[Path]) -> Iterator[Path]:
    """The files of source folders; what tools leave there (caches, dbt's target and logs) is no source."""
    for folder in folders:
        for parent, names, files in os.walk(folder):
            names[:] = [n for n in names if n not in ("__pycache__", "target", "logs") and not n.startswith(".")]
            yield from (Path(parent, name) for name in files if not name.startswith(".") and name[-4:] != ".pyc")


def _hash(root: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes() if path.is_file() else b"absent"
        digest.update(f"{path.relative_to(root).as_posix()}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()
