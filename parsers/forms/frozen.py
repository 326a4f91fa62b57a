"""A read document as a few kilobytes, and back: the form in which grids wait for the catalogue to grow.

Everything that is said of a document after its form has been read stands in its grids, so they alone are kept: texts,
places, spans, pages, which positions share a cell, and how the bytes were decoded. The decoded text itself is not.
"""

from __future__ import annotations

import json
import zlib
from operator import attrgetter
from typing import Any

from parsers.forms import Document
from parsers.forms.decode import Decoded
from parsers.grid import Cell, Grid

VERSION = 1
_fields = attrgetter(*Cell._fields)
_LEVEL = 1  # the lowest: three times as fast as the default, and a sixth larger


class Damaged(ValueError):
    """The bytes are no frozen document of this version."""


def dumps(document: Document) -> bytes:
    """Freeze a document; the same document always gives the same bytes."""
    decoded = document.decoded
    content = [
        VERSION, document.form, document.differs_from_name,
        decoded and [decoded.encoding, decoded.other_lines, decoded.damaged_lines],
        [_grid(grid) for grid in document.grids],
    ]  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # A hostile character reference can put half a surrogate pair into a cell.
    return zlib.compress(text.encode("utf-8", "surrogatepass"), _LEVEL)


def loads(data: bytes) -> Document:
    """Thaw a document: equal to what was frozen, but for its decoded text, which is empty. Raises Damaged."""
    try:
        version, form, differs, decoded, grids = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
        if version != VERSION:
            raise Damaged(f"frozen by version {version}, this is {VERSION}")
        return Document(form, tuple(map(_thawed, grids)), decoded and _decoded(*decoded), differs)
    except (zlib.error, ValueError, TypeError, LookupError) as error:
        raise Damaged(f"not a frozen document: {error}") from error


def is_whole(data: bytes) -> bool:
    """Whether bytes can be thawed."""
    try:
        loads(data)
    except Damaged:
        return False
    return True


def _grid(grid: Grid) -> list[Any]:
    """A grid's distinct cells by column of their fields, and its rows as numbers of cells.

    A cell counts as one by identity: walks tell by it whether positions are covered by the same printed cell.
    """
    numbers: dict[int, int] = {}
    cells: list[Cell] = []
    rows = []
    for row in grid.rows:
        line = []
        for cell in row:
            number = numbers.setdefault(id(cell), len(numbers))
            if number == len(cells):
                cells.append(cell)
            line.append(number)
        rows.append(line)
    return [grid.kind, grid.index, list(zip(*map(_fields, cells), strict=True)), rows]


def _thawed(frozen: list[Any]) -> Grid:
    kind, index, fields, rows = frozen
    cells = list(map(Cell, *fields)) if fields else []
    return Grid(kind, index, tuple(tuple([cells[number] for number in row]) for row in rows))


def _decoded(encoding: str, other_lines: list[int], damaged_lines: list[int]) -> Decoded:
    return Decoded("", encoding, tuple(other_lines), tuple(damaged_lines))
