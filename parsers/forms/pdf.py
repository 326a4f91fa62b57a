"""PDF: pdfium's characters and rules, made tables and paragraphs again.

Ruled tables become grids (``pdf_lattice``), pieces that page breaks cut become one (``pdf_join``), all other lines
become paragraphs (``pdf_text``); page numbers and running heads are left out, and a page that is a picture is a line
that says so (``PICTURE``). Tables without rules stay lines of text. pdfium is not thread-safe: one document at a time
in a process.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence

import pypdfium2.raw as pdfium

from parsers.forms.layout import text_grid
from parsers.forms.limits import MAX_CHARACTERS, MAX_PAGES, Budget, check_size
from parsers.forms.pdf_join import Piece, continues, whole_table
from parsers.forms.pdf_lattice import Field, Lattice, lattices
from parsers.forms.pdf_page import Char, Page, quarter_turns, read_page
from parsers.forms.pdf_text import Line, furniture, lines_of, paragraphs, text_of
from parsers.grid import PICTURE, Grid
from parsers.observation import UnreadableReport

_FEWEST_CHARACTERS = 30
"""On a page that a picture covers; less is a stamp or a page number on a scan."""

_REASONS = {
    pdfium.FPDF_ERR_PASSWORD: "The PDF is encrypted: it opens with a password only.",
    pdfium.FPDF_ERR_SECURITY: "The PDF is encrypted in a way that is not supported.",
}


def read(data: bytes) -> tuple[Grid, ...]:
    """The ruled tables of a PDF, and the paragraphs between them, in reading order; every cell knows its page.

    Raises ``UnreadableReport`` for what is no PDF, is encrypted, damaged or beyond the limits, and for a document
    without text (a scan).
    """
    check_size(data)
    budget = Budget()
    document = _open(data)
    try:
        pages, pieces = _load(document, budget)
    finally:
        pdfium.FPDF_CloseDocument(document)
    _check_text(pages)
    return tuple(_grids(pages, pieces, budget))


def _open(data: bytes) -> pdfium.FPDF_DOCUMENT:
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        reason = _REASONS.get(pdfium.FPDF_GetLastError(), "The file is no PDF, or it is damaged or truncated.")
        raise UnreadableReport(reason)
    return document


def _load(document: pdfium.FPDF_DOCUMENT, budget: Budget) -> tuple[list[Page], list[list[Piece | Line]]]:
    """All pages, and what stands on each in reading order."""
    count = pdfium.FPDF_GetPageCount(document)
    if count > MAX_PAGES:
        raise UnreadableReport(f"The PDF has {count} pages, more than the {MAX_PAGES} allowed.")
    pages, items, left = [], [], MAX_CHARACTERS
    for position in range(count):
        budget.check_time()
        page = pdfium.FPDF_LoadPage(document, position)
        if not page:
            raise UnreadableReport(f"The PDF is damaged: page {position + 1} cannot be opened.")
        text = pdfium.FPDFText_LoadPage(page)
        try:
            if not text:
                raise UnreadableReport(f"The PDF is damaged: the text of page {position + 1} cannot be opened.")
            left -= pdfium.FPDFText_CountChars(text)
            if left < 0:
                raise UnreadableReport(f"The PDF has more than the {MAX_CHARACTERS} characters allowed.")
            pages.append(read_page(page, text, position + 1))
            items.append(_items(pages[-1], text))
        finally:
            pdfium.FPDFText_ClosePage(text)
            pdfium.FPDF_ClosePage(page)
    return pages, items


def _check_text(pages: Sequence[Page]) -> None:
    printed = sum(len(page.chars) for page in pages)
    if 2 * sum(page.unmapped for page in pages) > max(printed, 1):
        raise UnreadableReport("The PDF's characters have no usable codes: its fonts do not say what they print.")
    if pages and all(_is_picture(page) for page in pages):
        raise UnreadableReport("The PDF's pages are pictures without text (a scanned document).")
    if not printed:
        raise UnreadableReport("The PDF holds no text.")


def _is_picture(page: Page) -> bool:
    return page.picture and len(page.chars) < _FEWEST_CHARACTERS


def _items(page: Page, text: ctypes.c_void_p) -> list[Piece | Line]:
    """Pieces of tables and free lines, from the top of the page down."""
    found = lattices(page.horizontal, page.vertical)
    found = [lattice for lattice in found if len(lattice.xs) > 2 or not _surrounds(lattice, found)]
    inside, free = _shared_out(page.chars, found)
    items: list[Piece | Line] = list(lines_of(free, page.number))
    if _is_picture(page):
        x0, top, _, bottom = page.box
        items.append(Line(PICTURE, page.number, x0, x0, (top + bottom) / 2, 1.0, True))
    for lattice, fields in zip(found, inside, strict=False):
        if any(fields):
            texts = tuple(_cell_text(field, chars, page, text)
                          for field, chars in zip(lattice.fields, fields, strict=False))
            lines = lines_of([char for chars in fields for char in chars], page.number) if len(lattice.xs) == 2 else ()
            items.append(Piece(page.number, lattice, texts, fields, tuple(lines)))
    return sorted(items, key=_height)


def _shared_out(chars: list[Char], found: Sequence[Lattice]) -> tuple[list[list[list[Char]]], list[Char]]:
    """(the characters in each field of each lattice, those outside); of lattices in one another the inner counts."""
    inside: list[list[list[Char]]] = [[[] for _ in lattice.fields] for lattice in found]
    if not found:
        return inside, chars
    smallest = sorted(range(len(found)), key=lambda number: found[number].area)
    is_nested = any(_surrounds(lattice, found) for lattice in found)
    free: list[Char] = []
    left = right = top = bottom = math.inf  # the field of the character before
    here: list[Char] = free
    for char in chars:
        x, y = (char[1] + char[2]) / 2, char[0]
        if left < x < right and top < y < bottom and not is_nested:
            here.append(char)
            continue
        here = free
        for number in smallest:
            position = found[number].field_at(x, y)
            if position is not None:
                field, here = found[number].fields[position], inside[number][position]
                left, right, top, bottom = field.x0, field.x1, field.top, field.bottom
                break
        else:
            left = math.inf
        here.append(char)
    return inside, free


def _height(item: Piece | Line) -> float:
    return item.lattice.ys[0] if isinstance(item, Piece) else item.y


def _surrounds(frame: Lattice, all_of: Sequence[Lattice]) -> bool:
    return any(
        other is not frame and frame.xs[0] <= other.xs[0] and other.xs[-1] <= frame.xs[-1]
        and frame.ys[0] <= other.ys[0] and other.ys[-1] <= frame.ys[-1]
        for other in all_of
    )


def _cell_text(field: Field, chars: Sequence[Char], page: Page, text: ctypes.c_void_p) -> str:
    """A cell's lines from the top down; in a tall cell whose characters lie sideways, its lines as they read."""
    if not chars:
        return ""
    if len(chars) > 1 and field.bottom - field.top > field.x1 - field.x0:
        turn = (quarter_turns(text, chars[0][-1]) - page.turn) % 4
        if turn == 1:  # reads upwards
            chars = [_sideways(char, -1) for char in chars]
        elif turn == 3:  # reads downwards
            chars = [_sideways(char, 1) for char in chars]
    return text_of(chars)


def _sideways(char: Char, direction: int) -> Char:
    """A character turned by a right angle: what ran down (1) or up (-1) the page runs to the right."""
    y, x0, x1, height, code, position = char
    along, extent = direction * y, height / 2
    return -direction * (x0 + x1) / 2, along - extent, along + extent, x1 - x0, code, position


def _grids(pages: Sequence[Page], items: Sequence[Sequence[Piece | Line]], budget: Budget) -> Iterator[Grid]:
    lines = [[item for item in own if isinstance(item, Line)] for own in items]
    dropped = furniture(pages, lines)
    flow = [item for own in items for item in own if isinstance(item, Piece) or item not in dropped]
    blocks = list(_blocks(flow))
    prose = [line for block in blocks if isinstance(block[0], Line) for line in block]
    left = min((line.x0 for line in prose), default=0.0)
    widest = max((page.box[2] - page.box[0] for page in pages), default=0.0)
    right = max([line.x1 for line in prose] + [left + widest / 2])  # a few short lines set no right edge
    for index, block in enumerate(blocks):
        if isinstance(block[0], Line):
            yield text_grid(paragraphs(block, left, right), index)
        else:
            yield whole_table(block, index, budget)


def _blocks(flow: Sequence[Piece | Line]) -> Iterator[list[Piece] | list[Line]]:
    """Runs of lines, and runs of pieces that are one table; a frame that continues no table is lines."""
    tables: list[list[Piece] | Line] = []
    for item in flow:
        if isinstance(item, Line):
            tables.append(item)
        elif tables and isinstance(tables[-1], list) and continues(tables[-1][-1], item):
            tables[-1].append(item)
        else:
            tables.append([item])
    lines: list[Line] = []
    for table in tables:
        if isinstance(table, Line):
            lines.append(table)
        elif all(piece.is_frame for piece in table):
            lines.extend(line for piece in table for line in piece.lines)
        else:
            if lines:
                yield lines
            lines = []
            yield table
    if lines:
        yield lines
