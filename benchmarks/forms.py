"""What reading one report costs by form: bytes to figures, beside the least that any reader of that form must do."""

from __future__ import annotations

import gc
import io
import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from benchmarks.documents import Sample, samples
from benchmarks.measure import Measured, against, cpu_seconds_of

Reader = Callable[[bytes], Any]
FLOOR, WHOLE, GRID = "floor", "read_report: all of it", "of which bytes to grid"


def _html(data: bytes) -> list[str]:
    from lxml import etree

    tree = etree.fromstring(data, etree.HTMLParser(encoding="utf-8"))
    return ["".join(cell.itertext()) for cell in tree.iter("td", "th")]


def _docx(data: bytes) -> Any:
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def _pdf(data: bytes) -> None:
    import pypdfium2
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            text = page.get_textpage()
            for position in range(text.count_chars()):
                raw.FPDFText_GetLooseCharBox(text, position, box)
            text.close()
            page.close()


def _text(data: bytes) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in data.decode().splitlines()]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of document, its floor, and how many floors the whole of reading may cost."""

    name: str
    suffix: str
    floor: Reader
    floor_is: str
    aim: float


FORMS = (
    Form("html", ".html", _html, "lxml parse and cell text", 1.0),
    Form("docx", ".docx", _docx, "zip and lxml parse of document.xml", 1.5),
    Form("pdf", ".pdf", _pdf, "pdfium, boxes of all characters", 1.2),
    Form("text", ".txt", _text, "split by line and bar", 2.5),
)


def _pandas(data: bytes) -> Any:
    import pandas

    return pandas.read_html(io.BytesIO(data), flavor="lxml", encoding="utf-8")


def _soup(data: bytes) -> list[str]:
    from bs4 import BeautifulSoup

    return [cell.get_text() for cell in BeautifulSoup(data, "lxml").find_all(["td", "th"])]


def _python_docx(data: bytes) -> list[str]:
    from docx import Document

    return [cell.text for table in Document(io.BytesIO(data)).tables for row in table.rows for cell in row.cells]


def _pdfplumber(data: bytes) -> list[Any]:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        return [page.extract_tables() for page in document.pages]


def _markitdown(suffix: str) -> Reader:
    def read(data: bytes) -> str:
        from markitdown import MarkItDown, StreamInfo

        return MarkItDown().convert_stream(io.BytesIO(data), stream_info=StreamInfo(extension=suffix)).text_content

    return read


@dataclass(frozen=True, slots=True)
class Rival:
    """A library that finds the cells of a form; our whole reading shall be ``aim`` times as fast (None: no aim)."""

    name: str
    package: str
    form: str
    read: Reader
    aim: float | None


RIVALS = (
    Rival("pandas.read_html", "pandas", "html", _pandas, 5),
    Rival("BeautifulSoup", "bs4", "html", _soup, None),
    Rival("markitdown", "markitdown", "html", _markitdown(".html"), 50),
    Rival("python-docx", "docx", "docx", _python_docx, 10),
    Rival("markitdown", "markitdown", "docx", _markitdown(".docx"), 50),
    Rival("pdfplumber", "pdfplumber", "pdf", _pdfplumber, 8),
    Rival("markitdown", "markitdown", "pdf", _markitdown(".pdf"), None),
)
RIVAL_REPORTS = 4
"""Reports of a round that the rivals read, one of each generation; they take up to a second for each."""


@dataclass(frozen=True, slots=True)
class FormResult:
    """One form: milliseconds a report of floor, whole, parts and rivals; mean bytes; share of figures read right."""

    form: Form
    lines: tuple[Measured, ...]
    rivals: tuple[Rival, ...]
    bytes: int
    right: float


def installed(form: str) -> list[Rival]:
    return [rival for rival in RIVALS if rival.form == form and find_spec(rival.package)]


def missing() -> list[str]:
    """Names of the rivals that are not installed and so were not measured."""
    return list(dict.fromkeys(rival.name for rival in RIVALS if not find_spec(rival.package)))


def measure(runs: int, count: int, say: Callable[[str], None]) -> list[FormResult]:
    """Every form, ``runs`` times over ``count`` reports: other ones each time, since no report is read twice in earnest
    and a cache that knows it would flatter us. A first round is not counted (it fills what caches there are)."""
    return [_measure_form(form, [samples(form.name, count, n * count) for n in range(runs + 1)], say) for form in FORMS]


def _measure_form(form: Form, batches: list[list[Sample]], say: Callable[[str], None]) -> FormResult:
    from parsers.catalogue import load
    from parsers.forms import read_document
    from parsers.report import read_report

    catalogue, rivals = load(), installed(form.name)
    readers: dict[str, Reader] = {
        FLOOR: form.floor,
        WHOLE: lambda data: read_report(data, form.suffix, catalogue),
        GRID: lambda data: read_document(data, form.suffix),
    }
    say(f"{form.name}: {len(batches[0])} reports, {len(batches) - 1} rounds")
    right = sum(_right(readers[WHOLE](report.data), report) for report in batches[0])
    for read in (*readers.values(), *(rival.read for rival in rivals)):  # imports are not what is measured here
        read(batches[0][0].data)
    rounds: dict[str, list[float]] = defaultdict(list)
    floors: dict[str, list[float]] = defaultdict(list)
    for reports in batches[1:]:
        taken = _round(readers, reports)
        beside = _round({FLOOR: form.floor} | {rival.name: rival.read for rival in rivals}, reports[:RIVAL_REPORTS])
        for name in (*readers, *(rival.name for rival in rivals)):
            of = taken if name in taken else beside
            rounds[name].append(of[name])
            floors[name].append(of[FLOOR])
    lines = tuple(against(name, values, floors[name]) for name, values in rounds.items())
    figures = sum(len(report.key) for report in batches[0])
    size = sum(len(report.data) for report in batches[0]) // len(batches[0])
    return FormResult(form, lines, tuple(rivals), size, right / figures)


def _round(readers: dict[str, Reader], reports: list[Sample]) -> dict[str, float]:
    """Milliseconds that each reader takes for a report; they take turns at every report, so noise hits all alike."""
    taken = dict.fromkeys(readers, 0.0)
    gc.collect()
    for report in reports:
        for name, read in readers.items():
            taken[name] += cpu_seconds_of(read, report.data) / len(reports) * 1000
    return taken


def _right(report: Any, sample: Sample) -> int:
    """How many figures of the tables were read as they are printed, value and state."""
    read = {(seen.indicator_code, seen.applicant_type_code or ""): (seen.value, seen.value_state)
            for seen in report.observations if seen.origin == "table"}
    return sum(read.get((row.code, row.applicant)) == (row.value, row.state) for row in sample.key)
