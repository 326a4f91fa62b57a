"""A PDF with ruled tables that pages cut in two, written by hand; every page has its number at the foot."""

from __future__ import annotations

from random import Random

from tests.generator.document import Box, Document, Table
from tests.generator.forms.pdf_font import font_objects, measure, stream

_WIDTH, _HEIGHT, _MARGIN, _SIZE, _LINE = 595, 842, 40, 9, 12
Placed = list[list[tuple[int, Box, bool]]]


class _Pages:
    """Writes downwards and opens a new page when the current one is full."""

    def __init__(self, header: str | None) -> None:
        self.header = header
        self.pages: list[list[str]] = []
        self.new_page()

    def new_page(self) -> None:
        self.pages.append([])
        self.y = _HEIGHT - _MARGIN
        number = f"- {len(self.pages)} -"
        self.text((_WIDTH - measure(number, _SIZE)) / 2, _MARGIN / 2, number)
        if self.header:
            self.text(_MARGIN, _HEIGHT - _MARGIN / 2, self.header)

    def room(self, height: float) -> None:
        if self.y - height < _MARGIN:
            self.new_page()

    def text(self, x: float, y: float, text: str) -> None:
        if text:
            codes = text.encode("utf-16-be").hex()
            self.pages[-1].append(f"BT /F1 {_SIZE} Tf {x:.1f} {y:.1f} Td <{codes}> Tj ET")

    def frame(self, x: float, top: float, width: float, height: float) -> None:
        self.pages[-1].append(f"{x:.1f} {top - height:.1f} {width:.1f} {height:.1f} re S")


def render(document: Document, mess: frozenset[str], rng: Random) -> bytes:
    pages = _Pages(str(document.blocks[0]) if "furniture" in mess else None)
    for block in document.blocks:
        if isinstance(block, Table):
            _table(block, pages)
        else:
            for line in _wrapped(block, _WIDTH - 2 * _MARGIN):
                pages.room(_LINE)
                pages.y -= _LINE
                pages.text(_MARGIN, pages.y, line)
        pages.y -= _LINE / 2
    return _file(["\n".join(page) for page in pages.pages])


def _table(table: Table, pages: _Pages) -> None:
    placed = table.placed()
    widths = _widths(placed)
    edges = [_MARGIN + sum(widths[:column]) for column in range(len(widths) + 1)]
    heights = [_row_height(row, edges) for row in placed]
    start = 0
    while start < len(placed):
        room = pages.y - _MARGIN
        end, used = start, 0.0
        while end < len(placed) and used + heights[end] <= room:
            used, end = used + heights[end], end + 1
        if end == start:
            pages.new_page()
            continue
        _slice(placed, heights, edges, start, end, pages)
        start = end


def _slice(placed: Placed, heights: list[float], edges: list[float], start: int, end: int,
           pages: _Pages) -> None:
    """The rows from ``start`` to ``end`` on this page; a box that goes on from the last page is drawn without text."""
    tops = [pages.y - sum(heights[start:index]) for index in range(start, end + 1)]
    for index in range(start, end):
        for column, box, first in placed[index]:
            if not first and index > start:
                continue
            rows = box.rowspan if first else _left(placed, index, column, box)
            bottom = tops[min(index + rows, end) - start]
            x, width = edges[column], edges[column + box.colspan] - edges[column]
            pages.frame(x, tops[index - start], width, tops[index - start] - bottom)
            for number, line in enumerate(_wrapped(box.text, width - 4) if first else ()):
                pages.text(x + 2, tops[index - start] - _LINE * (number + 1) + 2, line)
    pages.y = tops[-1]


def _left(placed: Placed, index: int, column: int, box: Box) -> int:
    """How many rows, from this one, a box still covers."""
    count = 0
    while index + count < len(placed) and any(c == column and b is box for c, b, _ in placed[index + count]):
        count += 1
    return count


def _widths(placed: Placed) -> list[float]:
    """Column widths: figures narrow, the columns of labels share the rest."""
    count = max(column + box.colspan for row in placed for column, box, _ in row)
    labels = {column + shift for row in placed for column, box, _ in row for shift in range(box.colspan)
              if box.kind == "label"}
    whole = _WIDTH - 2 * _MARGIN
    if not labels or len(labels) == count:
        return [whole / count] * count
    share = 0.55 if count <= 4 else 0.36
    return [whole * share / len(labels) if c in labels else whole * (1 - share) / (count - len(labels))
            for c in range(count)]


def _row_height(row: list[tuple[int, Box, bool]], edges: list[float]) -> float:
    """High enough for every box that stands in this row alone (a box over several rows has their room)."""
    lines = [len(_wrapped(box.text, edges[column + box.colspan] - edges[column] - 4)) if box.rowspan == 1 else
             -(-len(_wrapped(box.text, edges[column + box.colspan] - edges[column] - 4)) // box.rowspan)
             for column, box, _ in row]
    return max(lines, default=1) * _LINE + 4


def _wrapped(text: str, width: float) -> list[str]:
    """Lines no wider than ``width``; a number is not broken."""
    lines = [""]
    for piece in _unbroken(text):
        if lines[-1] and measure(lines[-1] + piece, _SIZE) > width:
            lines.append("")
        lines[-1] += piece
    return lines


def _unbroken(text: str) -> list[str]:
    pieces: list[str] = []
    for character in text:
        if pieces and character in "0123456789.,+-" and pieces[-1][-1] in "0123456789.,+-":
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _file(pages: list[str]) -> bytes:
    count, font = len(pages), font_objects(3)
    first = 3 + len(font)
    kids = " ".join(f"{first + 2 * index} 0 R" for index in range(count))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>",
               f"<< /Type /Pages /Count {count} /Kids [{kids}] >>".encode(), *font]
    for index, page in enumerate(pages):
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Resources << /Font << /F1 "
                       f"3 0 R >> >> /Contents {first + 1 + 2 * index} 0 R >>".encode())
        objects.append(stream(page.encode("ascii")))
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return data + (f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} "
                   f"/Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n").encode()
