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
from benchmarks.measure import Measured, against, seconds_of

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
    Rival("python-docx", "docx", "docx", _python_docx, 10),
    Rival("pdfplumber", "pdfplumber", "pdf", _pdfplumber, 8),
)


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
    return [rival.name for rival in RIVALS if not find_spec(rival.package)]


def measure(runs: int, count: int, say: Callable[[str], None]) -> list[FormResult]:
    """Every form over ``count`` reports, ``runs`` times."""
    return [_measure_form(form, runs, samples(form.name, count), say) for form in FORMS]


def _measure_form(form: Form, runs: int, reports: list[Sample], say: Callable[[str], None]) -> FormResult:
    from parsers.catalogue import load
    from parsers.forms import read_document
    from parsers.report import read_report

    catalogue, rivals = load(), installed(form.name)
    readers: dict[str, Reader] = {
        FLOOR: form.floor,
        WHOLE: lambda data: read_report(data, form.suffix, catalogue),
        GRID: lambda data: read_document(data, form.suffix),
    } | {rival.name: rival.read for rival in rivals}
    say(f"{form.name}: {len(reports)} reports, {runs} rounds")
    right = sum(_right(readers[WHOLE](report.data), report) for report in reports)
    for read in readers.values():  # imports and caches are not what is measured here
        read(reports[0].data)
    rounds: dict[str, list[float]] = defaultdict(list)
    for _ in range(runs):
        for name, seconds in _round(readers, reports).items():
            rounds[name].append(seconds / len(reports) * 1000)
    lines = tuple(against(name, values, rounds[FLOOR]) for name, values in rounds.items())
    figures = sum(len(report.key) for report in reports)
    size = sum(len(report.data) for report in reports) // len(reports)
    return FormResult(form, lines, tuple(rivals), size, right / figures)


def _round(readers: dict[str, Reader], reports: list[Sample]) -> dict[str, float]:
    """Seconds that each reader takes for all reports; they take turns at every report, so noise hits all alike."""
    taken = dict.fromkeys(readers, 0.0)
    gc.collect()
    for report in reports:
        for name, read in readers.items():
            taken[name] += seconds_of(read, report.data)
    return taken


def _right(report: Any, sample: Sample) -> int:
    """How many figures of the tables were read as they are printed, value and state."""
    read = {(seen.indicator_code, seen.applicant_type_code or ""): (seen.value, seen.value_state)
            for seen in report.observations if seen.origin == "table"}
    return sum(read.get((row.code, row.applicant)) == (row.value, row.state) for row in sample.key)
