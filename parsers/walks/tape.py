"""The print of a document as one tape of pieces, and the catalogue's labels found on it, in the form's order.

A piece is a table cell, or a run without blanks in a line of text. A label may be cut over several pieces (a wrapped
line, a page break) or stand glued to its unit and figure; both are found here. The same leaf label occurs several times
in one form, so the place in the form decides: the labels found are put in order by the longest rising chain.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Iterable, NamedTuple, Sequence

from parsers.catalogue.model import Table
from parsers.grid import Cell, Grid, Place
from parsers.labels import bare, compact, normalise
from parsers.memo import remember

MAX_LABEL = 120
MAX_JOINED = 8

# From a text to its label, and the unit or figure glued to it.
Glued = Callable[[str], tuple[str, str]]

# Page numbers that a copy left between the lines: - 3 -, 第3页, PAGE.
_PAGE_LINE = re.compile(r"^\s*(?:[-—–·]\s*\d{1,4}\s*[-—–·]|第\s*\d{1,4}\s*页.{0,12}|\d{1,4}\s*/\s*\d{1,4}|(?:NUM)?PAGES?)\s*$")
_PIECES = re.compile(r"\S+")
# An ordinal that a line's end cut: ( | 一), (二 | ), 4 | .label; and what a line's end cut off behind a label.
_ORDINAL_BEGUN = re.compile(r"[(\[〔][一二三四五六七八九十0-9]{0,3}|[一二三四五六七八九十]{1,3}|[0-9]{1,2}")
_ORDINAL_ENDED = re.compile(r"[一二三四五六七八九十0-9]{0,3}[)\]〕](?=.)|[、.](?=[^0-9])")
_LABEL_ENDED = re.compile(r"[)）\]〕”’\"」』》:：]{1,3}")
_NOTE_AT_END = re.compile(r"[(（][^()（）]*[)）]\s*$")


class Piece(NamedTuple):
    """One piece of print with its place."""

    text: str
    grid: Grid
    cell: Cell
    start: int | None = None
    end: int | None = None

    @property
    def place(self) -> Place:
        return self.grid.place(self.cell, self.start, self.end)


class Found(NamedTuple):
    """A label found: the pieces ``first`` to ``last`` of the tape, its text, the rows of the form that it may be, and
    what is glued to it (unit, figure)."""

    first: int
    last: int
    label: str
    rows: tuple[int, ...]
    rest: str = ""


def pieces(grids: Iterable[Grid], cuts: Callable[[Grid], tuple[int, ...]] = lambda grid: ()) -> list[Piece]:
    """The tape of some grids; a spanning cell stands on it once, an empty cell of a table too.

    ``cuts`` names the columns at which a table goes on to its right: all of its left part stands before its right one.
    """
    tape: list[Piece] = []
    for grid in grids:
        if grid.kind == "text":
            for (cell,) in grid.rows:
                if not _PAGE_LINE.match(cell.text):
                    tape.extend(Piece(m[0], grid, cell, m.start(), m.end()) for m in _PIECES.finditer(cell.text))
            continue
        seen: set[int] = set()
        edges = (0, *cuts(grid), None)
        for start, end in pairwise(edges):
            for row in grid.rows:
                for cell in row[start:end]:
                    if id(cell) not in seen:
                        seen.add(id(cell))
                        tape.append(Piece(cell.text, grid, cell))
    return tape


def find_labels(tape: Sequence[Piece], table: Table, units: Iterable[str]) -> list[Found]:
    """Every place where a label of the table stands, longest reading first, in the order of the tape."""
    glued = _glued(tuple(units))
    found: list[Found] = []
    at = 0
    while at < len(tape):
        hit = _label_at(tape, at, table, glued)
        if hit is None:
            at += 1
        else:
            found.append(hit)
            at = hit.last + 1
    return found


def _label_at(tape: Sequence[Piece], at: int, table: Table, glued: Glued) -> Found | None:
    text = tape[at].text
    if not text or len(text) > MAX_LABEL:
        return None
    is_cut = cuts_ordinal(tape, at)
    best = _joined(tape, at, table, is_cut) if is_cut or normalise(text) in table.prefixes else None
    if best:
        return _with_end(best, tape)
    return _without_note(text, at, table) or _with_figure(text, at, table, glued)


def _joined(tape: Sequence[Piece], at: int, table: Table, is_cut: bool) -> Found | None:
    """The longest label that a piece makes, alone or with pieces that follow it."""
    best = None
    label = tape[at].text
    joined = normalise(label)
    for last in range(at, min(at + MAX_JOINED, len(tape))):
        if last > at:
            piece = bare(tape[last].text) if len(tape[last].text) <= MAX_LABEL else ""
            if not piece:
                break
            label += tape[last].text
            joined = normalise(label) if is_cut and last == at + 1 else joined + piece
        if joined in table.index:
            best = Found(at, last, label, table.index[joined])
        if (not joined or joined not in table.prefixes) and not (is_cut and last == at):
            break
    return best


def cuts_ordinal(tape: Sequence[Piece], at: int) -> bool:
    """Whether a line's end stands within the ordinal of a label, so that its digit would pass for a figure."""
    if tape[at].grid.kind != "text" or at + 1 >= len(tape):
        return False
    begun = compact(tape[at].text)
    if not _ORDINAL_BEGUN.fullmatch(begun) or len(tape[at + 1].text) > MAX_LABEL:
        return False
    end = _ORDINAL_ENDED.match(compact(tape[at + 1].text))
    return end is not None and (begun[0] in "([〔") == (end[0][-1] in ")]〕")


def _with_end(found: Found, tape: Sequence[Piece]) -> Found:
    """The label with the closing bracket or quotation mark that a line's end cut off, if there is one."""
    after = tape[found.last + 1] if found.last + 1 < len(tape) else None
    if after is None or after.grid.kind != "text" or not _LABEL_ENDED.fullmatch(after.text):
        return found
    return found._replace(last=found.last + 1, label=found.label + after.text)


def _without_note(text: str, at: int, table: Table) -> Found | None:
    """A label with a note in brackets at its end that is not the form's note."""
    if not text.rstrip().endswith((")", "）")) or not _NOTE_AT_END.search(text):
        return None
    rows = table.index.get(normalise(_NOTE_AT_END.sub("", text)))
    return Found(at, at, text, rows) if rows else None


def _with_figure(text: str, at: int, table: Table, glued: Glued) -> Found | None:
    """A label with its unit or figure glued to it: 收到申请数:44件."""
    label, rest = glued(text)
    rows = table.index.get(normalise(label)) if rest else None
    return Found(at, at, label, rows, rest) if rows else None


@lru_cache(maxsize=4)
def _glued(units: tuple[str, ...]) -> Glued:
    """What cuts a text into a label and the unit or figure that is glued to it, both empty where nothing is."""
    unit = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    pattern = re.compile(
        rf"(?s)^(?P<label>.*?[^\s\d.,，:：])[\s:：]*(?P<rest>(?:[(（](?:{unit})[)）])?(?:{unit})?[\s:：]*"
        rf"(?:[+\-－]?[0-9０-９][0-9０-９.,，．]*)?\s*(?:{unit})?)$"
    )
    ends = re.compile(rf"(?:[\s:：)）0-9０-９.,，．]|{unit})$")

    @remember
    def cut(text: str) -> tuple[str, str]:
        match = pattern.match(text) if ends.search(text, max(0, len(text) - LONGEST_UNIT)) else None
        return (match["label"], match["rest"]) if match else ("", "")

    return cut


def rising_chain(found: Sequence[Found]) -> list[tuple[Found, int]]:
    """The longest chain of labels whose rows rise in the form's order; of equals, the most compact and latest one.

    A document may print headings of the form in its prose, or a table twice; the chain then keeps to one place.
    """
    single = [(f, f.rows[0]) for f in found if len(f.rows) == 1]
    if len(single) == len(found) and all(a[1] < b[1] for a, b in zip(single, single[1:])):
        return single
    nodes: list[tuple[Found, int]] = []
    before: list[int] = []
    # By row of the form, the longest chain that ends there: its length and its last node, -1 for none.
    longest = [(0, -1)] * (max((row for f in found for row in f.rows), default=-1) + 1)
    for f in found:
        ends = [max(longest[:row], default=(0, -1)) for row in f.rows]  # of equal chains the latest
        for row, (length, last) in zip(f.rows, ends):
            longest[row] = max(longest[row], (length + 1, len(nodes)))
            nodes.append((f, row))
            before.append(last)
    _, at = max(longest, default=(0, -1))
    chain = []
    while at >= 0:
        chain.append(nodes[at])
        at = before[at]
    return chain[::-1]


def uncertain(chain: Sequence[tuple[Found, int]]) -> set[int]:
    """Positions in the chain whose row is not certain: the label stands for several rows of the form, and between the
    nearest labels that stand for one row only there is more room than there are copies of the label."""
    doubtful: set[int] = set()
    anchors = [n for n, (f, _) in enumerate(chain) if len(f.rows) == 1]
    for n, (f, _) in enumerate(chain):
        if len(f.rows) == 1:
            continue
        low = max((a for a in anchors if a < n), default=None)
        high = min((a for a in anchors if a > n), default=None)
        floor = chain[low][1] if low is not None else -1
        ceiling = chain[high][1] if high is not None else 1 << 30
        room = sum(floor < row < ceiling for row in f.rows)
        between = chain[(low + 1 if low is not None else 0):(high if high is not None else len(chain))]
        if room > sum(other.rows == f.rows for other, _ in between):
            doubtful.add(n)
    return doubtful
