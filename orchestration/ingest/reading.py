"""From documents to the rows of the raw tables: which process reads what, and what comes of it. No database here.

A document that cannot be read is a recorded reason, never an end of the run: whatever it raises, however long it takes,
however much memory it wants, and even if it kills the process that reads it.
"""

from __future__ import annotations

import hashlib
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from orchestration.ingest.landing import read_regular, suffix_of
from orchestration.ingest.pool import Limits, Pool
from orchestration.ingest.rows import Rows, gazetteer, rows_of
from orchestration.ingest.sidecar import Sidecar
from parsers.observation import UnreadableReport

if TYPE_CHECKING:
    from orchestration.ingest.grid_cache import GridCache, Key
    from parsers.forms import Document
    from parsers.observation import Report

# Below this many documents, plain ones are read in this process: starting another takes longer.
POOL_FROM = 64
PLAIN_BYTES = 128 * 1024
# How a document begins that is another form than plain text, whatever its name says.
OTHER_FORMS = ("<", "%", "{", "P")
# Documents whose rows are held in memory at once; the pool is one slice ahead.
SLICE = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One document to read: its listed path, where it stands, what it must hash to, its size, what its sidecar says.

    ``frozen`` is what its form was read into before, where that is known; then it need not be opened.
    """

    path: str
    file: Path
    sha256: str
    size: int
    sidecar: Sidecar = Sidecar()
    frozen: bytes | None = None

    @property
    def suffix(self) -> str:
        """The suffix of the file's name, which has a say in the form."""
        return suffix_of(self.path)

    @property
    def key(self) -> Key:
        """Its key in the grid cache."""
        return self.sha256, self.suffix


@dataclass(frozen=True, slots=True)
class Context:
    """What every document is read with; small, so that it can travel to worker processes."""

    gazetteer: Path
    parser_version: str
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one document: rows of three raw tables, or a reason for none.

    ``is_passing`` marks a reason that may be gone the next time (a file in motion), so that it is tried again.
    ``fault`` says who is to blame for having no rows: the document (nothing set), ``ours``, or a ``limit`` that it
    passed, which may have been the machine's moment.
    ``frozen`` is what its form was read into, where it had to be opened for that.
    """

    job: Job
    rows: Rows | None = None
    reason: str | None = None
    is_passing: bool = False
    fault: Literal["ours", "limit"] | None = None
    frozen: bytes | None = None


class TimeUp(BaseException):
    """The time limit of a document read in this process; no handler of ordinary errors may swallow it."""


class _InMotion(Exception):
    """The file is not, or not any more, what was listed."""


def read_all(jobs: Sequence[Job], context: Context, workers: int, cache: GridCache) -> Iterator[list[Reading]]:
    """Read documents and give their readings in the order of the jobs, a bounded slice at a time.

    The order and the rows are the same whatever the number of workers, and whether a document is opened or its grids
    come from the cache; what had to be opened is put there.
    """
    for readings in _readings(jobs, context, workers, cache):
        cache.put((reading.job.key, reading.frozen) for reading in readings if reading.frozen)
        yield readings


def _readings(jobs: Sequence[Job], context: Context, workers: int, cache: GridCache) -> Iterator[list[Reading]]:
    parts: Iterable[list[Job]] = (_with_grids(jobs[at : at + SLICE], cache) for at in range(0, len(jobs), SLICE))
    if len(jobs) < POOL_FROM:
        parts = list(parts)
        if _is_main_thread() and all(is_plain(job) for part in parts for job in part):
            yield from ([_read_here(job, context) for job in part] for part in parts)
            return
    work, prepare = partial(read_one, context=context), partial(_prepare, context)
    with Pool(min(workers, len(jobs)), work, _lost, context.limits, prepare) as pool:
        yield from pool.map(parts)


def _prepare(context: Context) -> None:
    """Load what every document is read with, which is no document's time and memory."""
    from parsers.catalogue import load

    load()
    gazetteer(context.gazetteer)


def _with_grids(jobs: Sequence[Job], cache: GridCache) -> list[Job]:
    found = cache.get(job.key for job in jobs)
    return [replace(job, frozen=found.get(job.key)) for job in jobs]


def is_plain(job: Job) -> bool:
    """Whether a document may be read in this process: nothing but Python and not much text is involved.

    Python can be interrupted when time is up and tells when memory runs out; a native library may do neither. Plain are
    grids that have been read before, and short texts in UTF-8 that do not begin like another form.
    """
    from parsers.forms import FORMS, TEXT, frozen

    if job.frozen is not None:
        return len(job.frozen) <= PLAIN_BYTES and frozen.is_whole(job.frozen)
    if FORMS.get(job.suffix) is not TEXT or job.size > PLAIN_BYTES:
        return False
    try:
        text = read_regular(job.file, job.size).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return False
    return not text.lstrip().startswith(OTHER_FORMS)


def _is_main_thread() -> bool:
    """Only there can time run out by a signal."""
    return threading.current_thread() is threading.main_thread()


def _read_here(job: Job, context: Context) -> Reading:
    """Read one plain document in this process, within its time."""
    try:
        with time_limit(context.limits.seconds):
            return read_one(job, context)
    except TimeUp:
        return _lost(job, f"the document took longer than the {context.limits.seconds:g} seconds allowed "
                          "(FOI_MAX_SECONDS)")  # fmt: skip
    except MemoryError:
        return _lost(job, "the document needs more memory than there is")


def _lost(job: Job, reason: str) -> Reading:
    return Reading(replace(job, frozen=None), reason=reason, fault="limit")


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeUp in this (the main) thread when time is over."""

    def ring(*_: object) -> None:
        raise TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def read_one(job: Job, context: Context) -> Reading:
    """Read one document to rows; what is wrong with it is the reading's reason. Raises MemoryError."""
    from parsers.forms import frozen, read_document

    known, job = job.frozen, replace(job, frozen=None)
    new = None
    try:
        document = _thawed(known)
        if document is None:
            document = read_document(_content(job), job.suffix)
            new = frozen.dumps(document)
        return Reading(job, rows_of(job, context, _report(document, job)), frozen=new)
    except _InMotion as error:
        return Reading(job, reason=str(error), is_passing=True)
    except UnreadableReport as error:
        return Reading(job, reason=str(error), frozen=new)
    except RecursionError:
        return Reading(job, reason="the document is nested too deeply to be read")
    except MemoryError:
        raise
    except Exception as error:  # a fault of ours must not take the other documents down; it is loud in the states
        reason = f"a fault of our own parser, please report it: {type(error).__name__}: {error}"
        return Reading(job, reason=reason, fault="ours", frozen=new)


def _thawed(known: bytes | None) -> Document | None:
    from parsers.forms import frozen

    try:
        return frozen.loads(known) if known is not None else None
    except frozen.Damaged:
        return None


def _content(job: Job) -> bytes:
    """The bytes that were listed. Raises _InMotion."""
    try:
        data = read_regular(job.file, job.size)
    except OSError as error:
        raise _InMotion(f"the file cannot be read: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != job.sha256:
        raise _InMotion("the file changed while it was read; the next refresh reads it")
    return data


def _report(document: Document, job: Job) -> Report:
    from parsers.catalogue import load
    from parsers.report import interpret

    report = interpret(document, load())
    if job.sidecar.issuer:
        head = replace(report.head, issuer=job.sidecar.issuer, issuer_evidence="sidecar")
        report = replace(report, head=head)
    return report
