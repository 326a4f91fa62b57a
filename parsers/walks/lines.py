"""The walks over the 2019 and 2021 forms in copies that lost their borders: one cell a line, or one row a line.

Nothing tells where such a row ends but the form itself: a label must be followed by exactly as many figures as the row
has columns. Fewer or more, and the row is withheld.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from parsers.catalogue.model import Catalogue, Table
from parsers.grid import Grid
from parsers.labels import bare, normalise
from parsers.numbers import parse_cell
from parsers.walks.figures import Findings
from parsers.walks.heads import applicant_order
from parsers.walks.tape import Found, Piece, Tape, find_labels, pieces, rising_chain, uncertain

MAX_FIGURES = 20
MIN_MATRIX_ROWS = 5
MAX_WORD = 60


@dataclass(frozen=True)
class LineTape:
    """The lines of a document as one tape, with the bare text of all pieces, the piece of each character of it, and how
    many figures and dashes follow each piece without anything between."""

    tape: Tape
    text: str
    piece_at: list[int]
    followers: list[int]

    def figures_after(self, at: int) -> list[Piece]:
        """The figures and dashes that follow a piece, so many as a row may have."""
        return self.tape[at + 1:at + 1 + min(self.followers[at], MAX_FIGURES)]


def line_tape(grids: Sequence[Grid]) -> LineTape:
    """The tape of the text grids; long runs (prose) keep their place but lend no text to the search for heads."""
    tape = pieces(g for g in grids if g.kind == "text")
    parts, piece_at = [], []
    for n, piece in enumerate(tape):
        word = bare(piece.text) if len(piece.text) <= MAX_WORD else "\n"
        parts.append(word)
        piece_at.extend([n] * len(word))
    return LineTape(tape, "".join(parts), piece_at, _followers(tape))


def _followers(tape: Tape) -> list[int]:
    followers = [0] * len(tape)
    for n in range(len(tape) - 1, 0, -1):
        if parse_cell(tape[n].text).state in ("number", "zero", "dash") and n not in tape.cut_ordinals:
            followers[n - 1] = followers[n] + 1
    return followers


@dataclass(frozen=True)
class LineMatrix:
    """A request matrix printed as lines: the rows of a form's matrix in order, the applicant types of its columns."""

    table: Table
    chain: list[tuple[Found, int]]
    order: tuple[str, ...]


def match_line_matrix(lines: LineTape, table: Table, catalogue: Catalogue) -> LineMatrix | None:
    """The matrix of a template among the lines, if its column heads stand there too."""
    if sum(any(key in lines.text for key in a.keys) for a in catalogue.applicants) < len(catalogue.applicants):
        return None
    found = _rows_with_figures(lines, table, catalogue)
    chain = rising_chain(found)
    in_chain = {row for _, row in chain}
    # Out of order, but certain:
    chain += [(f, f.rows[0]) for f in found if len(f.rows) == 1 and f.rows[0] not in in_chain]
    with_figures = [f for f, _ in chain if len(lines.figures_after(f.last)) == len(catalogue.applicants)]
    if len(with_figures) < MIN_MATRIX_ROWS:
        return None
    heads = [p for p in lines.tape[:min(f.first for f in with_figures)] if len(p.text) <= MAX_WORD]
    printed = groupby(heads, key=lambda p: (p.grid.index, p.cell.row))
    order = applicant_order(("".join([p.text for p in line]) for _, line in printed), catalogue)
    return LineMatrix(table, chain, order) if len(order) == len(catalogue.applicants) else None


def _rows_with_figures(lines: LineTape, table: Table, catalogue: Catalogue) -> list[Found]:
    """The matrix's labels among the lines; a word without a figure after it (其他 among the column heads) is no row."""
    return [f for f in find_labels(lines.tape, table, catalogue.units)
            if any(table.rows[row].is_heading for row in f.rows) or lines.figures_after(f.last)]


def find_bare_rows(lines: LineTape, table: Table, catalogue: Catalogue) -> Piece | None:
    """Where the matrix's rows begin that are printed as lines without its columns, if so many are that it is one."""
    chain = [found for found, row in rising_chain(_rows_with_figures(lines, table, catalogue))
             if not table.rows[row].is_heading]
    return lines.tape[chain[0].first] if len(chain) >= MIN_MATRIX_ROWS else None


def walk_line_matrix(lines: LineTape, matrix: LineMatrix, findings: Findings) -> None:
    """Read a matrix printed as lines: the label, then one figure for each applicant type in the order of
    its heads."""
    applicants = matrix.order
    doubtful = uncertain(matrix.chain)
    done = set()
    for n, (found, row) in enumerate(matrix.chain):
        indicator = matrix.table.rows[row]
        run = lines.figures_after(found.last)
        place = lines.tape[found.first].place
        if indicator.is_heading:
            if len(run) == len(applicants):
                findings.issue("heading_has_figure", f"the heading {found.label.strip()!r} carries figures", place,
                               found.label, indicator)
            continue
        if n in doubtful or len(run) != len(applicants):
            findings.issue("uncertain_value", f"{found.label.strip()!r} is followed by {len(run)} figures, the form "
                           f"has {len(applicants)} columns", place, found.label, indicator)
            continue
        done.add(indicator.code)
        for applicant, piece in zip(applicants, run, strict=True):
            findings.figure(indicator, piece.text, found.label, piece.place, applicant=applicant)
    findings.lost("the matrix", [i for i in matrix.table.rows if not i.is_heading and i.code not in done])


def walk_line_blocks(lines: LineTape, table: Table, findings: Findings) -> bool:
    """Read section 二 printed as lines, where the heads of the table stand among them; says whether anything was
    read.
    """
    if not any(key in lines.text for key in table.signature):
        return False
    labels = _row_labels(table, findings.catalogue)
    done: set[str] = set()
    for found in find_labels(lines.tape, labels, findings.catalogue.units):
        cells = table.block_rows[found.rows[0]].cells
        run = lines.figures_after(found.last)
        if len(run) != len(cells) or any(c.code in done for c in cells):
            continue
        for indicator, figure in zip(cells, run, strict=True):
            done.add(indicator.code)
            findings.figure(indicator, figure.text, f"{found.label.strip()}/{indicator.label}", figure.place)
    if done:
        findings.lost("section 二", [c for b in table.block_rows for c in b.cells if c.code not in done])
    return bool(done)


_ROW_LABELS: dict[int, tuple[Table, Table]] = {}


def _row_labels(table: Table, catalogue: Catalogue) -> Table:
    """The row labels of section 二 as a list, made once for each catalogue."""
    held = _ROW_LABELS.get(id(table))
    if held is None or held[0] is not table:
        headings = catalogue.templates[table.template_code].indicators
        rows = tuple(headings[block.code] for block in table.block_rows)
        held = _ROW_LABELS[id(table)] = (table, Table(table.template_code, table.code, "list", rows))
    return held[1]


def walk_line_disputes(lines: LineTape, table: Table, findings: Findings) -> bool:
    """Read the review and lawsuit columns printed as lines: the heads in the form's order, then one figure each."""
    leaves = [normalise(row.path[-1]) for row in table.rows]
    groups = "|".join(dict.fromkeys(normalise(head) for row in table.rows for head in row.path[:-1]))
    match = re.search(f"(?:{groups})*".join(leaves), lines.text)
    if match is None:
        return False
    run = lines.figures_after(lines.piece_at[match.end() - 1])
    place = lines.tape[lines.piece_at[match.start()]].place
    if len(run) != len(table.rows):
        findings.issue("uncertain_value", f"the {len(table.rows)} columns of reviews and lawsuits are followed by "
                       f"{len(run)} figures", place)
        return False
    for indicator, piece in zip(table.rows, run, strict=True):
        findings.figure(indicator, piece.text, "/".join(indicator.path), piece.place)
    return True
