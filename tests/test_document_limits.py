"""Documents that are too much for the libraries that read them: each ends in a reason, and the others are read."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import time
import zlib
from pathlib import Path

import pytest

from orchestration.ingest.grid_cache import GridCache
from orchestration.ingest.pool import Limits
from orchestration.ingest.reading import Context, Job, Reading, read_all
from orchestration.settings import Settings

GAZETTEER = Settings.load(environment={}).gazetteer
LINES = b"0 0 m 1 1 l "


def inflating_pdf(megabytes: int) -> bytes:
    """A PDF of a thousandth of this size, whose one page is so many megabytes of strokes."""
    packer = zlib.compressobj(9)
    start = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(LINES * (2**20 // len(LINES))) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = start + block * megabytes  # cut short, which no reader minds
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(stream), stream),
    ]  # fmt: skip
    data, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(data)
    return data + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def read(zone: Path, limits: Limits) -> dict[str, Reading]:
    context = Context(GAZETTEER, "test", limits)
    jobs = [
        Job(path.name, path, hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
        for path in sorted(zone.iterdir())
    ]
    return {reading.job.path: reading for part in read_all(jobs, context, 2, GridCache(None, "")) for reading in part}


@pytest.fixture
def zone(tmp_path) -> Path:
    """A landing zone with the bundled reports."""
    for report in Path(__file__).parents[1].glob("data/reports/*/*.txt"):
        shutil.copy(report, tmp_path)
    return tmp_path


def test_a_pdf_that_inflates_beyond_the_memory_allowed_is_lost_alone(zone):
    (zone / "bomb.pdf").write_bytes(inflating_pdf(300))
    found = read(zone, Limits(seconds=60, megabytes=200))
    assert "FOI_MAX_MEMORY_MB" in found["bomb.pdf"].reason and not found["bomb.pdf"].is_passing
    assert [name for name, reading in found.items() if reading.reason] == ["bomb.pdf"]


def test_a_pdf_that_keeps_its_library_busy_beyond_the_time_allowed_is_lost_alone(zone):
    (zone / "bomb.pdf").write_bytes(inflating_pdf(600))
    start = time.monotonic()
    found = read(zone, Limits(seconds=4, megabytes=8000))
    assert "longer than the 4 seconds allowed" in found["bomb.pdf"].reason
    assert [name for name, reading in found.items() if reading.reason] == ["bomb.pdf"]
    assert time.monotonic() - start < 30


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_conversion_that_takes_too_long_leaves_no_process_behind(tmp_path):
    (tmp_path / "slow.rtf").write_bytes(b"{\\rtf1\\ansi 2017}")
    found = read(tmp_path, Limits(seconds=0.4))
    assert "longer than the 0.4 seconds allowed" in found["slow.rtf"].reason
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "foi-doc-" not in running
