"""Document forms: each module answers what is printed where, as grids, and knows no Chinese.

May not live here: labels, indicators, places. A new form is one module with ``read`` and one line in ``FORMS``.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from parsers.forms import mht
from parsers.forms.decode import Decoded, decode
from parsers.forms.limits import COMPOUND_FILE, MAX_BYTES, WORD_STREAM
from parsers.grid import Grid
from parsers.observation import UnreadableReport


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind of document is read: by ``read`` of a module, from characters or from bytes.

    The module is imported at its first document, so that a run over text never loads a PDF library.
    """

    name: str
    takes: Literal["text", "bytes"]

    def read(self, content: str | bytes) -> tuple[Grid, ...]:
        """Grids of one document's content."""
        return import_module(f"parsers.forms.{self.name}").read(content)


TEXT = Form("text", "text")
HTML = Form("html", "text")
DOCX = Form("docx", "bytes")
XLSX = Form("xlsx", "bytes")
PDF = Form("pdf", "bytes")
DOC = Form("doc", "bytes")

FORMS: dict[str, Form] = {
    ".txt": TEXT, ".md": TEXT, ".markdown": TEXT,
    ".html": HTML, ".htm": HTML, ".shtml": HTML, ".xhtml": HTML, ".mht": HTML,
    ".docx": DOCX, ".docm": DOCX, ".doc": DOC, ".wps": DOC, ".rtf": DOC, ".pdf": PDF,
    ".xlsx": XLSX, ".xlsm": XLSX, ".xls": XLSX, ".et": XLSX,  # many an .xls is an .xlsx or a page under another name
}


@dataclass(frozen=True, slots=True)
class Document:
    """A document as grids, with the form that it really has and, for text, how its bytes were decoded."""

    form: str
    grids: tuple[Grid, ...]
    decoded: Decoded | None = None
    differs_from_name: bool = False


def read_document(data: bytes, suffix: str) -> Document:
    """Grids of a document; the content decides the form where it contradicts the name.

    Raises UnreadableReport with the reason: unknown suffix, too large, empty, not the format, nothing to read.
    """
    named = FORMS.get(suffix.lower())
    if named is None:
        raise UnreadableReport(f"files of the kind {suffix or '(no suffix)'} are not supported")
    if len(data) > MAX_BYTES:
        raise UnreadableReport(f"larger than {MAX_BYTES // 2**20} MiB")
    if mht.is_archive(data):
        decoded = decode(mht.page_of(data))
        return Document(HTML.name, HTML.read(decoded.text), decoded, named is not HTML)
    form = _by_content(data, named)
    if form.takes == "bytes":
        return Document(form.name, form.read(data), None, form is not named)
    decoded = decode(data)
    if form is TEXT and _looks_like_html(decoded.text):
        form = HTML
    return Document(form.name, form.read(decoded.text), decoded, form is not named)


def _by_content(data: bytes, named: Form) -> Form:
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return XLSX if b"xl/workbook.xml" in data else DOCX if b"word/" in data else named
    if data.startswith(COMPOUND_FILE):
        return named if named is XLSX and WORD_STREAM not in data else DOC
    if data.startswith(b"{\\rtf"):
        return DOC
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if named.takes == "bytes" and (head.startswith((b"<!doctype html", b"<html")) or b"<table" in head):
        return HTML
    return named


def _looks_like_html(text: str) -> bool:
    head = text[:2048].lstrip().lower()
    return head.startswith(("<!doctype html", "<html"))
