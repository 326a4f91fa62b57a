"""The print of a document as one tape of pieces, and the catalogue's labels found on it, in the form's order.

A piece is a table cell, or a run without blanks in a line of text. A label may be cut over several pieces (a wrapped
line, a page break) or stand glued to its unit and figure; both are found here. The same leaf label occurs several times
in one form, so the place in the form decides: the labels found are put in order by the longest rising chain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise, repeat
from typing import NamedTuple

from parsers.catalogue.model import Table
from parsers.grid import Cell, Grid, Place
from parsers.labels import bare, compact, normalise
from parsers.memo import remember
from parsers.numbers import OTHER_TIME, parse_cell
from parsers.walks.copies import standing, year_of_report

MAX_LABEL = 120
MAX_JOINED = 8
MAX_BEGUN = 4
MIN_REPEATED = 6
MAX_COPIES = 20
MAX_HEADING = 30
MAX_TITLE = 30
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年")
_WHOLE = re.compile(r"全[省市县区州盟旗镇乡]|汇总")
MIN_SPANNING = 5
MIN_LISTED = 20
# Page numbers that a copy left between the lines: - 3 -, 第3页, PAGE.
_PAGE_LINE = re.compile(r"^\s*(?:[-—–·]\s*\d{1,4}\s*[-—–·]|第\s*\d{1,4}\s*页.{0,12}"
                        r"|\d{1,4}\s*/\s*\d{1,4}|(?:NUM)?PAGES?)\s*$")
_PIECES = re.compile(r"[^\s_＿]+")  # a form to be filled in leaves lines for its figures
# A list printed as one paragraph: what parts its rows, and the label and the figure of one. No mark within a figure.
_FIGURE_ENDS = re.compile(r"[0-9０-９]\s{0,3}\w{0,3}\s{0,3}[;；,，。]")
_ROW_ENDS = re.compile(r"[;；。]|[,，](?![0-9０-９]{3})")
_LISTED_ROW = re.compile(r"(?P<label>.*?[^\s0-9０-９.,，:：为是共计约])[\s:：为是共计]*"
                         r"(?P<figure>[0-9０-９][0-9０-９.,，]*\s{0,3}\w{0,3})\s*")
# An ordinal that a line's end cut: ( | 一), (二 | ), 4 | .label; and what a line's end cut off behind a label.
_ORDINAL_BEGUN = re.compile(r"[(\[〔][一二三四五六七八九十0-9]{0,3}|[一二三四五六七八九十]{1,3}|[0-9]{1,2}")
_ORDINAL_ENDED = re.compile(r"[一二三四五六七八九十0-9]{0,3}[)\]〕](?=.)|[、.](?=[^0-9])")
_LABEL_ENDED = re.compile(r"[)）\]〕”’\"」』》:：]{1,3}")
# What leads from a label to its figure: colons, dashes, dots; one dot alone may be a decimal point, and is none.
_LEADER = r"(?:[\s:：=＝→…·•‥_＿\-－—–―─~～]|[.．](?:(?=[.．])|(?<=[.．]{2})))*+"
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


class Tape(list[Piece]):
    """Pieces in their order; complete once it is made."""

    @cached_property
    def cut_ordinals(self) -> frozenset[int]:
        """Positions at which a line's end stands within the ordinal of a label, so that its digit would pass for a
        figure."""
        return frozenset(at for at in range(len(self) - 1) if self[at].grid.kind == "text" and self._cuts_ordinal(at))

    def _cuts_ordinal(self, at: int) -> bool:
        begun, after = compact(self[at].text), self[at + 1].text
        if len(begun) > MAX_BEGUN or len(after) > MAX_LABEL or not _ORDINAL_BEGUN.fullmatch(begun):
            return False
        end = _ORDINAL_ENDED.match(compact(after))
        return end is not None and (begun[0] in "([〔") == (end[0][-1] in ")]〕")


def listed_pieces(grids: Iterable[Grid]) -> Tape:
    """The tape of a list whose rows follow each other in paragraphs, label and figure of each row apart; whatever else
    the paragraphs say are pieces, too. Empty where too few figures end before a stop for that to be a list."""
    tape = Tape()
    lines = [(cell, grid) for grid in grids if grid.kind == "text" for (cell,) in grid.rows]
    if sum(len(_FIGURE_ENDS.findall(cell.text)) for cell, _ in lines) < MIN_LISTED:
        return tape
    for cell, grid in lines:
        at = 0
        for row in _ROW_ENDS.split(cell.text):
            if match := _LISTED_ROW.fullmatch(row):
                tape += [Piece(match[name], grid, cell, at + match.start(name), at + match.end(name))
                         for name in ("label", "figure")]
            elif row.strip():
                tape.append(Piece(row, grid, cell, at, at + len(row)))
            at += len(row) + 1
    return tape


def pieces(grids: Iterable[Grid], cuts: Iterable[tuple[int, ...]] = repeat(())) -> Tape:
    """The tape of some grids; a spanning cell stands on it once, an empty cell of a table too.

    ``cuts`` names for each grid the columns at which its table goes on to the right: all of the left part stands before
    the right one.
    """
    tape = Tape()
    for grid, edges in zip(grids, cuts, strict=False):
        if grid.kind == "text":
            for (cell,) in grid.rows:
                if not _PAGE_LINE.match(cell.text):
                    tape.extend([Piece(m[0], grid, cell, *m.span()) for m in _PIECES.finditer(cell.text)])
            continue
        cells = {id(cell): cell for start, end in pairwise((0, *edges, None))
                 for row in grid.rows for cell in row[start:end]}
        tape.extend([Piece(cell.text, grid, cell) for cell in cells.values()
                     if len(cell.text) < MIN_SPANNING or not _repeats_a_neighbour(grid, cell)])
    return tape


def _repeats_a_neighbour(grid: Grid, cell: Cell) -> bool:
    """Whether a cell repeats the one above it or to its left: a span, in a copy that writes its text into every
    position. No label of a form stands twice in a row."""
    row, column = cell.row, cell.column
    above = grid.rows[row - 1][column:column + 1] if row else ()
    left = grid.rows[row][column - 1:column] if column else ()
    return any(other.text == cell.text and other is not cell for other in (*above, *left)) \
        and parse_cell(cell.text).state == "text"


class Reading(NamedTuple):
    """The labels that a piece may be by itself, normalised: its ``whole`` text, what is left ``without_note`` in
    brackets at its end, and ``before_rest``, where a unit or figure (``rest``) is glued to the printed ``label``."""

    whole: str
    without_note: str = ""
    before_rest: str = ""
    label: str = ""
    rest: str = ""


def is_page_line(line: str) -> bool:
    """Whether a line is nothing but a page number, and so stands on no tape."""
    return _PAGE_LINE.match(line) is not None


def may_be_label(piece: str, table: Table, units: tuple[str, ...]) -> bool:
    """Whether a piece, alone or with pieces that follow, may be taken for a label of the table."""
    if len(piece) > MAX_LABEL:
        return False
    whole, without_note, before_rest, *_ = _reader(units)(piece)
    return whole in table.prefixes or without_note in table.index or before_rest in table.index


def may_begin_ordinal(piece: str) -> bool:
    """Whether a piece may be the beginning of an ordinal that a line's end cut."""
    return len(begun := compact(piece[:MAX_LABEL])) <= MAX_BEGUN and _ORDINAL_BEGUN.fullmatch(begun) is not None


def may_begin_label(piece: str, table: Table) -> bool:
    """Whether a piece may be a label of the table but for its end."""
    whole = normalise(piece) if len(piece) <= MAX_LABEL else ""
    return whole in table.prefixes and any(key != whole and key.startswith(whole) for key in table.index)


def may_go_on(piece: str, after: str, table: Table) -> bool:
    """Whether a piece of a text may be the beginning of a label, or of its ordinal, that the piece after it goes on."""
    if len(piece) > MAX_LABEL or len(after) > MAX_LABEL:
        return False
    if may_begin_ordinal(piece):
        return _ORDINAL_ENDED.match(compact(after)) is not None
    more = bare(after)
    return bool(more) and normalise(piece) + more in table.prefixes


def find_labels(tape: Tape, table: Table, units: Iterable[str]) -> list[Found]:
    """Every place where a label of the table stands, longest reading first, in the order of the tape."""
    read = _reader(tuple(units))
    readings = {text: read(text) for text in {piece.text for piece in tape} if 0 < len(text) <= MAX_LABEL}
    index, prefixes = table.index, table.prefixes
    opening = {text for text, (whole, without_note, before_rest, *_) in readings.items()
               if whole in prefixes or without_note in index or before_rest in index}
    found: list[Found] = []
    end = 0
    for at, piece in enumerate(tape):
        if at >= end and (piece.text in opening or (at in tape.cut_ordinals and piece.text in readings)):
            hit = _label_at(tape, at, table, readings[piece.text])
            if hit is not None:
                found.append(hit)
                end = hit.last + 1
    return found


def _label_at(tape: Tape, at: int, table: Table, reading: Reading) -> Found | None:
    best = _joined(tape, at, table)
    if best:
        return _with_end(best, tape)
    rows = table.index.get(reading.before_rest)
    if rows:
        return Found(at, at, reading.label, rows, reading.rest)
    rows = table.index.get(reading.without_note)
    return Found(at, at, tape[at].text, rows) if rows else None


def _joined(tape: Tape, at: int, table: Table) -> Found | None:
    """The longest label that a piece makes, alone or with pieces that follow it."""
    best = None
    is_cut = at in tape.cut_ordinals
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


def _with_end(found: Found, tape: Tape) -> Found:
    """The label with the closing bracket or quotation mark that a line's end cut off, if there is one."""
    after = tape[found.last + 1] if found.last + 1 < len(tape) else None
    if after is None or after.grid.kind != "text" or not _LABEL_ENDED.fullmatch(after.text):
        return found
    return found._replace(last=found.last + 1, label=found.label + after.text)


@lru_cache(maxsize=4)
def _reader(units: tuple[str, ...]) -> Callable[[str], Reading]:
    unit = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    glued = re.compile(
        rf"(?s)^(?P<label>.*?[^\s\d.,，:：]){_LEADER}(?P<rest>(?:[(（](?:{unit})[)）])?(?:{unit})?){_LEADER}"
        rf"(?P<figure>(?:[0-9０-９][0-9０-９.,，．]*)?\s*(?:{unit})?|[(（]\s*[0-9０-９.,，．]+\s*(?:{unit})\s*[)）])"
        rf"(?P<remark>{OTHER_TIME})?$"
    )
    ends = frozenset("0123456789０１２３４５６７８９.,，．:：)）").union(unit[-1] for unit in units)

    @remember
    def read(text: str) -> Reading:
        whole = normalise(text)
        if not (text[-1] in ends or text[-1].isspace()):  # neither a note nor anything glued: most texts
            return Reading(whole)
        without_note = normalise(_NOTE_AT_END.sub("", text)) if _NOTE_AT_END.search(text) else ""
        match = glued.match(text)
        rest = match["rest"] + match["figure"].strip("(（)） ") if match else ""
        return Reading(whole, without_note, normalise(match["label"]), match["label"], rest) if rest \
            else Reading(whole, without_note)

    return read


def rising_chain(found: Sequence[Found], tape: Tape | None = None) -> list[tuple[Found, int]]:
    """The longest chain of labels whose rows rise in the form's order; of equals, the most compact and latest one.

    A document may print headings of the form in its prose, or a table twice; the chain then keeps to one place, and of
    two copies of a table it never takes some rows from one and some from the other. With their ``tape``, the figures
    and headings of the copies say which is the report's (``_of_copies``); without it the longest is.
    """
    single = [(f, f.rows[0]) for f in found if len(f.rows) == 1]
    if len(single) == len(found) and all(a[1] < b[1] for a, b in pairwise(single)):
        return single
    chains: list[list[tuple[Found, int]]] = []
    while (at := _second_copy(found)) is not None and len(chains) < MAX_COPIES:
        chains.append(_longest_rising(found[:at]))
        found = found[at:]
    chains.append(_longest_rising(found))
    if len(chains) == 1 or tape is None:
        return max(reversed(chains), key=len)
    return _of_copies(chains, tape)


def _of_copies(chains: Sequence[list[tuple[Found, int]]], tape: Tape) -> list[tuple[Found, int]]:
    """The report's own among several copies of a table.

    One with figures goes first (a blank form, or what explains the labels, is no table of the report), of several that
    whose caption names the report's year, or is the only one, then that of the latest year, where each says its own,
    then one that is called the whole's (全县, 汇总), and then that with most figures.
    """
    starts = [0, *(chain[-1][0].last + 1 if chain else 0 for chain in chains)]
    headings = [_heading(tape, start, chain) for start, chain in zip(starts, chains, strict=False)]
    years = [_year_of(texts) for texts in headings]
    wholes = [any(len(text) <= MAX_TITLE and _WHOLE.search(text) for text in texts) for texts in headings]
    figures = [_figures_behind(chain, tape) for chain in chains]
    of_report = year_of_report(piece.text for piece in tape)
    stands = [standing("".join(texts), of_report, _own_heading(tape, chain))
              for texts, chain in zip(headings, chains, strict=True)]
    ranks = [(filled > 0, stand, year if all(years) else 0, whole, filled, len(chain), number) for number, (
        filled, stand, year, whole, chain) in enumerate(zip(figures, stands, years, wholes, chains, strict=True))]
    return chains[max(ranks)[-1]]


def _year_of(heading: Sequence[str]) -> int:
    """The year printed last in the heading above a copy of the table; 0 where there is none."""
    years = (_YEAR.findall(text) for text in reversed(heading))
    return next((int(found[-1]) for found in years if found), 0)


def _heading(tape: Tape, start: int, chain: Sequence[tuple[Found, int]]) -> list[str]:
    """What is printed above a copy of the table, behind the one before."""
    end = chain[0][0].first if chain else 0
    return [piece.text for piece in tape[max(start, end - MAX_HEADING):end]]


def _own_heading(tape: Tape, chain: Sequence[tuple[Found, int]]) -> str:
    """What the table of a copy prints above its first label; nothing of one in lines of text."""
    end = chain[0][0].first if chain else 0
    above = [piece for piece in tape[max(0, end - MAX_HEADING):end] if piece.grid is tape[end].grid]
    return "".join([piece.text for piece in above if piece.grid.kind == "table"])


def _figures_behind(chain: Sequence[tuple[Found, int]], tape: Tape) -> int:
    """How many labels of a chain have a figure glued to them or among the next pieces (unit, figure)."""
    return sum(any(sign.isdecimal() for sign in f.rest)
               or any(parse_cell(piece.text).value is not None for piece in tape[f.last + 1:f.last + 3])
               for f, _ in chain)


def _second_copy(found: Sequence[Found]) -> int | None:
    """Where a second copy of the table begins: rows stand there again, and none of them before the first copy ends."""
    first: dict[int, int] = {}
    again: dict[int, int] = {}
    for n, f in enumerate(found):
        if len(f.rows) == 1:
            (again if f.rows[0] in first else first).setdefault(f.rows[0], n)
    at = min(again.values(), default=0)
    return at if len(again) >= MIN_REPEATED and max(first[row] for row in again) < at else None


def _longest_rising(found: Sequence[Found]) -> list[tuple[Found, int]]:
    nodes: list[tuple[Found, int]] = []
    before: list[int] = []
    # By row of the form, the longest chain that ends there: its length and its last node, -1 for none.
    longest = [(0, -1)] * (max((row for f in found for row in f.rows), default=-1) + 1)
    for f in found:
        ends = [max(longest[:row], default=(0, -1)) for row in f.rows]  # of equal chains the latest
        for row, (length, last) in zip(f.rows, ends, strict=False):
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
