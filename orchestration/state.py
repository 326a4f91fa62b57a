"""What the published file was made from, so that a refresh can tell in a moment that nothing has changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path

from orchestration.landing import LandingFile
from orchestration.settings import Settings

STATE_VERSION = 1
_file_row = attrgetter(*(field.name for field in fields(LandingFile)))


@dataclass(frozen=True, slots=True)
class State:
    """The inputs of one published file: its code, its landing zone and, once published, its own stat."""

    warehouse: str
    reports_dir: str
    code: str
    parser: str
    files: tuple[LandingFile, ...]
    published: tuple[int, int] | None = None

    def by_path(self) -> dict[str, LandingFile]:
        return {file.path: file for file in self.files}


def load(path: Path) -> State | None:
    """The saved state, or None where there is none or it cannot be understood (everything is then looked at anew)."""
    try:
        saved = json.loads(path.read_bytes())
        if saved.pop("version") != STATE_VERSION:
            return None
        saved["files"] = tuple(LandingFile(*row) for row in saved["files"])
        saved["published"] = tuple(saved["published"]) if saved["published"] else None
        return State(**saved)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def save(path: Path, state: State) -> None:
    """Write the state whole or not at all. Raises OSError."""
    document = {"version": STATE_VERSION} | {name: getattr(state, name) for name in State.__slots__}
    document["files"] = [_file_row(file) for file in state.files]
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
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
        and [(f.path, f.identity) for f in saved.files] == [(f.path, f.identity) for f in now.files]
    )


def code_fingerprint(settings: Settings) -> str:
    """A hash over everything but reports that a published file depends on: parsers, orchestration, dbt, the lock."""
    root = settings.project_root
    folders = (root / "parsers", root / "orchestration", settings.dbt_project)
    return _hash(root, [root / "requirements.lock", *_sources(folders)])


def parser_fingerprint(settings: Settings) -> str:
    """A hash over everything that decides how a document is read; also the ``parser_version`` of its rows."""
    root = settings.project_root
    reading = [root / "orchestration" / name for name in ("ingest.py", "sidecar.py", "schema.sql")]
    folders = (root / "parsers", settings.gazetteer.parent)
    return _hash(root, [root / "requirements.lock", *reading, *_sources(folders)])[:12]


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
