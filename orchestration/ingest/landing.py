"""The landing zone: every file in it is listed, identified by its content, and put into exactly one state.

Grain: one file. States: read, unchanged, unsupported, rejected (with a reason), duplicate (of a path). Nothing is
skipped in silence: hidden files, links and sidecars are listed too. No file is parsed here.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, NamedTuple

SIDECAR_SUFFIXES = (".meta.yml", ".meta.json")
# A file that changed this shortly before it was looked at may change again within one tick of the clock.
SETTLING_NS = 2_000_000_000
# A change time that no file has: what is remembered so is looked at again, whatever its stat says.
DOUBTFUL = -1


class LandingZoneError(Exception):
    """The landing zone itself cannot be listed."""


class LandingFile(NamedTuple):
    """One file of the landing zone. ``path`` is posix and relative to the zone; times are in nanoseconds.

    ``problem`` is set where the file is settled without reading it (a ``state`` unsupported or rejected goes with it).
    A tuple, because a look at a zone of 100,000 files makes as many.
    """

    path: str
    size: int
    modified_ns: int
    changed_ns: int
    sha256: str | None = None
    problem: str | None = None
    problem_state: str | None = None

    @property
    def identity(self) -> str:
        """The content, or the reason for not looking at it; equal identities need no second reading."""
        return self.sha256 or f"{self.problem_state}: {self.problem}"

    @property
    def is_doubtful(self) -> bool:
        """Whether it must be looked at again, though its stat may stay the same."""
        return self.changed_ns == DOUBTFUL

    @property
    def is_sidecar(self) -> bool:
        return self.path.endswith(SIDECAR_SUFFIXES)

    @property
    def suffix(self) -> str:
        """The file name's suffix in lower case, with its dot; names are hints for the choice of a form only."""
        return suffix_of(self.path)


def survey(zone: Path, known: Mapping[str, LandingFile], max_bytes: int) -> list[LandingFile]:
    """List the zone in path order and identify every file; content is hashed only where a stat is new.

    ``known`` are the files of the last refresh by path. Raises LandingZoneError.
    """
    return identify(zone, walk(zone), known, max_bytes)


def walk(zone: Path) -> list[LandingFile]:
    """Every entry below the zone that is not a folder looked into, in path order, from its stat alone."""
    if not zone.is_dir():
        raise LandingZoneError(
            f"the landing zone {zone} is not a folder; create it, or name another with --reports or FOI_REPORTS_DIR"
        )
    found: list[LandingFile] = []
    real, folders = zone.resolve(), [(str(zone), "")]
    while folders:  # no recursion: folders may be nested deeper than Python's stack
        files, inner = _look_into(*folders.pop(), real)
        found += files
        folders += inner
    return sorted(found, key=itemgetter(0))


def _look_into(folder: str, prefix: str, zone: Path) -> tuple[list[LandingFile], list[tuple[str, str]]]:
    """What a folder lists: its files, and the folders to look into next, each with the prefix of its files' paths."""
    try:
        with os.scandir(folder) as listed:
            entries = list(listed)
    except OSError as error:
        if not prefix:
            raise LandingZoneError(f"the landing zone {folder} cannot be listed: {error.strerror}") from error
        return [_settled(prefix, "rejected", f"the folder cannot be listed: {error.strerror}", DOUBTFUL)], []
    files, folders = [], []
    for entry in entries:
        path = prefix + _printable(entry.name)
        if not _is_folder(entry):
            files.append(_stat(entry, zone, path))
        elif entry.name.startswith("."):
            files.append(_settled(path + "/", "unsupported", "hidden folder: not looked into"))
        else:
            folders.append((entry.path, path + "/"))
    return files, folders


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder and no link to one; what cannot be told is a file, whose stat then says why."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _stat(entry: os.DirEntry[str], zone: Path, path: str) -> LandingFile:
    """One file from its stat; a link is followed within the zone only."""
    try:
        if entry.is_symlink():
            target = Path(entry.path).resolve()
            if not target.is_relative_to(zone):
                return _settled(path, "rejected", "symbolic link out of the landing zone: not followed")
            if target.is_dir():
                return _settled(path, "rejected", "symbolic link to a folder: not followed")
        status = entry.stat()
    except (OSError, RuntimeError) as error:
        reason = f"the file cannot be looked at: {getattr(error, 'strerror', None) or error}"
        return _settled(path, "rejected", reason, DOUBTFUL)
    file = LandingFile(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    if entry.name.startswith("."):
        return file._replace(problem_state="unsupported", problem="hidden file: not looked into")
    if stat.S_ISREG(status.st_mode):
        return file
    return file._replace(size=0, problem_state="rejected", problem="not a regular file")


def _settled(path: str, state: str, problem: str, changed_ns: int = 0) -> LandingFile:
    return LandingFile(path, 0, 0, changed_ns, problem=problem, problem_state=state)


def digest(seen: Iterable[LandingFile], max_bytes: int) -> str:
    """One hash over a walk: while it stays the same, so does every file of the zone, and what becomes of it.

    Taken before content is looked at, so that a change in between is a change the next time. It may be remembered only
    with files of which none is DOUBTFUL.
    """
    # NUL stands in no path, so no two walks give the same text.
    lines = [
        f"{path}\0{size}\0{modified}\0{changed}\0{problem}" for path, size, modified, changed, _, problem, _ in seen
    ]  # fmt: skip
    text = "\n".join((str(max_bytes), *lines))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def identify(
    zone: Path, seen: Sequence[LandingFile], known: Mapping[str, LandingFile], max_bytes: int
) -> list[LandingFile]:
    """The files of a walk with their content's hashes, or the reasons for not reading them."""
    return [_identify(zone, file, known.get(file.path), max_bytes) for file in seen]


def _identify(zone: Path, file: LandingFile, known: LandingFile | None, max_bytes: int) -> LandingFile:
    """Add the content's sha256, from the last refresh where the stat is the same, or the reason for not reading it."""
    if file.problem:
        return file
    if file.size > max_bytes:
        reason = f"{file.size:,} bytes is above the limit of {max_bytes // 1024**2} MB a file (FOI_MAX_FILE_MB)"
        return file._replace(problem_state="rejected", problem=reason)
    if file.size == 0:
        return file._replace(problem_state="rejected", problem="the file is empty")
    if known and known.sha256 and _same_stat(file, known):
        return file._replace(sha256=known.sha256)
    try:
        return file._replace(sha256=hash_file(real_path(zone, file.path)))
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror}"
        return file._replace(changed_ns=DOUBTFUL, problem_state="rejected", problem=reason)


def _same_stat(file: LandingFile, known: LandingFile) -> bool:
    stats = (file.size, file.modified_ns, file.changed_ns)
    return stats == (known.size, known.modified_ns, known.changed_ns)


def settled(files: Iterable[LandingFile], looked_at_ns: int) -> list[LandingFile]:
    """The files as the state file may remember them, looked at not before ``looked_at_ns``.

    A file that changed within the last tick of the clock could change again unseen, so its change time is forgotten
    and the next refresh hashes it once more. Times in the future (a clock that jumped) are never trusted.
    """
    limit = looked_at_ns - SETTLING_NS
    return [
        file._replace(changed_ns=DOUBTFUL) if file.changed_ns >= limit or file.modified_ns >= limit else file
        for file in files
    ]  # fmt: skip


def suffix_of(path: str) -> str:
    """The suffix of a file's name in lower case, with its dot; empty where it has none."""
    return os.path.splitext(path)[1].lower()


def hash_file(path: Path) -> str:
    """The sha256 of a regular file's bytes, in hex. Raises OSError."""
    with open_regular(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_regular(path: Path, size: int) -> bytes:
    """A regular file's bytes where it is as large as it was listed, else one byte more or fewer. Raises OSError."""
    with open_regular(path) as stream:
        return stream.read(size + 1)


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading. Raises OSError, also where a pipe or device has taken its place since it was listed:
    opening or reading one might never end.
    """
    stream = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb")
    if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        return stream
    stream.close()
    raise OSError(errno.EINVAL, "not a regular file")


def real_path(zone: Path, path: str) -> Path:
    """The file behind a listed path; names that are not UTF-8 are listed with backslash escapes."""
    if "\\x" not in path:
        return zone / path
    return zone / os.fsdecode(_escaped_bytes(path))


def _printable(name: str) -> str:
    """A name as valid UTF-8: bytes that are not stand as ``\\xff``; so does a backslash that would read as such."""
    if name.isprintable() and "\\x" not in name:
        return name
    raw = os.fsencode(name).replace(b"\\x", b"\\x5cx")
    return raw.decode("utf-8", "backslashreplace")


def _escaped_bytes(path: str) -> bytes:
    parts = path.split("\\x")
    head = parts[0].encode()
    return head + b"".join(bytes([int(part[:2], 16)]) + part[2:].encode() for part in parts[1:])
