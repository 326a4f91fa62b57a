"""The walk over a ``list`` table (G1, G2): one label, one unit, one figure a row, in whatever layout it was printed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from parsers.catalogue.model import Catalogue, Indicator, Table
from parsers.grid import Cell, Grid
from parsers.labels import compact, normalise
from parsers.numbers import parse_cell
from parsers.walks.columns import Columns, find_columns, side_by_side, side_by_side_without_heads
from parsers.walks.figures import Findings
from parsers.walks.nearest import nearest_labels
from parsers.walks.tape import (
    MIN_LISTED,
    Found,
    Piece,
    Tape,
    find_labels,
    listed_pieces,
    pieces,
    rising_chain,
    uncertain,
)

MIN_ROWS = 6
_BEFORE_FIGURE = re.compile(r"(?s)([^0-9０-９+\-－]*)(.*)")
_FURNITURE = re.compile(r"^(?:[-—–·\s]*(?:第?\d{1,4}页?(?:[/共]\d{1,4}页?)?)[-—–·\s]*"
                        r"|PAGE|NUMPAGES|\[image:.*|\[bookmark.*)$")


@dataclass(frozen=True)
class ListMatch:
    """How a list table lies on the tape of a document."""

    table: Table
    tape: Tape
    found: list[Found]
    chain: list[tuple[Found, int]]

    @property
    def figures(self) -> int:
        """How many rows with figures were found: the measure by which a template is chosen."""
        return sum(not self.table.rows[row].is_heading for _, row in self.chain)


def match_lists(tables: Iterable[Table], grids: Sequence[Grid], catalogue: Catalogue) -> Iterator[ListMatch]:
    """Lay list tables over the print of a document, one after the other."""
    tapes: dict[tuple[tuple[int, ...], ...], Tape] = {}
    listed: Tape | None = None  # of a document without the table
    for table in tables:
        cuts = tuple(side_by_side(grid, table) if grid.kind == "table" else () for grid in grids)
        if cuts not in tapes:
            tapes[cuts] = pieces(grids, cuts)
        tape, found = tapes[cuts], find_labels(tapes[cuts], table, catalogue.units)
        beside = _halves(found, tape, grids, cuts)
        if beside != cuts:
            tape = pieces(grids, beside)
            found = find_labels(tape, table, catalogue.units)
        if len(found) < MIN_ROWS:
            listed = listed if listed is not None else listed_pieces(grids)
            again = find_labels(listed, table, catalogue.units)
            tape, found = (listed, again) if len(again) >= MIN_LISTED else (tape, found)
        yield ListMatch(table, tape, found, rising_chain(found, tape))


def _halves(found: Sequence[Found], tape: Tape, grids: Sequence[Grid], cuts: tuple[tuple[int, ...], ...],
            ) -> tuple[tuple[int, ...], ...]:
    """The cuts, with those of tables whose halves stand side by side without a head that says so."""
    labels: dict[int, list[Cell]] = defaultdict(list)
    for end in (tape[f.last] for f in found):
        labels[end.grid.index].append(end.cell)
    return tuple(cut if cut or grid.kind == "text" else side_by_side_without_heads(grid, labels[grid.index])
                 for cut, grid in zip(cuts, grids, strict=True))


def walk_list(match: ListMatch, findings: Findings) -> None:
    """Read the figures of a matched list table into ``findings``."""
    _Walk(match, findings).run()


class _Walk:
    def __init__(self, match: ListMatch, findings: Findings) -> None:
        self.match, self.findings = match, findings
        self.table, self.tape, self.chain = match.table, match.tape, match.chain
        self.units = findings.catalogue.units
        self.marks = findings.catalogue.heading_marks
        self.columns: dict[int, Columns] = {}
        self.read_out_of_order: set[int] = set()
        self.labels_of_row: dict[tuple[int, int], list[Found]] = defaultdict(list)
        for found in match.found:
            end = match.tape[found.last]
            self.labels_of_row[end.grid.index, end.cell.row].append(found)

    def run(self) -> None:
        starts = sorted(f.first for f in self.match.found)
        doubtful = uncertain(self.chain)
        for n, (found, row) in enumerate(self.chain):
            indicator = self.table.rows[row]
            region = self._region(found, starts)
            if n in doubtful:
                self.findings.issue("uncertain_value", f"{found.label.strip()!r} may be one of several rows of "
                                    "the form", self.tape[found.first].place, found.label, indicator)
            else:
                self._row(indicator, found, region)
        if self.chain:
            self._unlisted(starts)
        self._missing()

    # ------------------------------------------------------------------ one row

    def _region(self, found: Found, starts: list[int]) -> list[Piece]:
        """The print between a label and the next one; of the last label, what stands on its row or in the next
        lines.
        """
        after = bisect_right(starts, found.last)
        end = starts[after] if after < len(starts) else len(self.tape)
        label = self.tape[found.last]
        region = []
        for n, piece in enumerate(self.tape[found.last + 1:end], found.last + 1):
            if label.grid.kind == "table" and (piece.grid is not label.grid or piece.cell.row > label.cell.row):
                break
            if label.grid.kind == "text" and (piece.grid is not label.grid or n in self.tape.cut_ordinals):
                break
            region.append(piece)
            if len(region) >= 40:
                break
        return region

    def _row(self, indicator: Indicator, found: Found, region: list[Piece]) -> None:
        label = self.tape[found.first]
        if found.rest:
            piece = self.tape[found.last]
            unit, value = self._split_rest(found.rest)
            if value:
                self.findings.figure(indicator, value, found.label, piece.place, unit=unit)
                return
            region = [Piece(unit or "", piece.grid, piece.cell), *region] if unit else region
        if label.grid.kind == "table":
            self._table_row(indicator, found, region)
        else:
            self._line_row(indicator, found, region)

    def _split_rest(self, rest: str) -> tuple[str | None, str]:
        """The unit and the figure glued to a label: 12件, (件):12, (件)."""
        before, value = _BEFORE_FIGURE.match(rest).groups()
        return parse_cell(value).unit or compact(before).strip("():") or None, value.strip()

    def _table_row(self, indicator: Indicator, found: Found, region: list[Piece]) -> None:
        end = self.tape[found.last]  # a label may have begun in the table before
        grid, label = end.grid, end.cell
        columns = self.columns.get(grid.index) or self._columns_of(grid, label)
        value_column = columns.value_of(label)
        if value_column is None:
            printed = next((p for p in region if parse_cell(p.text).value is not None), None)
            if printed is None or indicator.is_heading:
                self._figure(indicator, found, None, None)
            else:
                self.findings.issue("several_values", f"{found.label.strip()!r}: which column holds the figure is not "
                                    "known", printed.place, printed.text, indicator)
            return
        if self._belongs_to_another(found, value_column):
            return
        row = grid.rows[label.row]
        value = row[value_column] if value_column < len(row) else None
        if value is not None and not value.text.strip():
            value = self._before_the_cut(found, value_column) or value
        unit_column = columns.unit_of(label)
        unit = row[unit_column] if unit_column is not None and unit_column < len(row) else None
        if value is label:
            value = unit = None
        if unit is value or unit is label:
            unit = None
        if unit is not None and parse_cell(unit.text).value is not None:
            self.findings.issue("unit_cell_has_value", f"the unit cell of {found.label.strip()!r} reads "
                                f"{unit.text.strip()!r}", grid.place(unit), unit.text, indicator)
            unit = None
        self._figure(indicator, found, Piece(value.text, grid, value) if value else None, unit.text if unit else None)

    def _before_the_cut(self, found: Found, value_column: int) -> Cell | None:
        """The figure of a row that a page's end cut, where its label begins."""
        begun, end = self.tape[found.first], self.tape[found.last]
        if (begun.grid, begun.cell.row) == (end.grid, end.cell.row) or begun.grid.kind != "table":
            return None
        row = begun.grid.rows[begun.cell.row]
        return row[value_column] if begun.cell.column < value_column < len(row) else None

    def _belongs_to_another(self, found: Found, value_column: int) -> bool:
        """Whether another label stands between a label and its row's figure: a section named to the left of its
        rows."""
        end = self.tape[found.last]
        return any(end.cell.column < self.tape[other.first].cell.column < value_column and other.rows != found.rows
                   for other in self.labels_of_row[end.grid.index, end.cell.row])

    def _columns_of(self, grid: Grid, label: Cell) -> Columns:
        labels = [self.tape[f.last].cell for f, _ in self.chain if self.tape[f.last].grid is grid]
        labels = labels or [label]  # one that was read out of order may stand in a table without another
        columns = find_columns(grid, labels, self.table, frozenset(self.units), self.marks)
        self.columns[grid.index] = columns
        self.findings.is_by_layout = self.findings.is_by_layout and columns.by_heads
        if not columns.values:
            self.findings.issue("shape_unknown", "several columns hold figures, and their heads do not say which is "
                                "the report's", grid.place(grid.rows[0][0]))
        return columns

    def _line_row(self, indicator: Indicator, found: Found, region: list[Piece]) -> None:
        """A row whose cells were printed one after the other: [note] [unit] [figure], then anything else."""
        region = self._without_note(region)
        unit = None
        at = 0
        if region and compact(region[0].text) in self.units and not self._is_mark(region[0]):
            unit, at = region[0].text, 1
        elif len(region) > 1 and parse_cell(region[0].text).unit and parse_cell(region[1].text).value is not None:
            self.findings.issue("unit_cell_has_value", f"the unit of {found.label.strip()!r} reads {region[0].text!r}",
                                region[0].place, region[0].text, indicator)
            at = 1
        rest = [p for p in region[at:] if not _FURNITURE.match(p.text) or parse_cell(p.text).value is not None]
        if not rest:
            self._figure(indicator, found, None, unit)
            return
        first = rest[0]
        parsed = parse_cell(first.text)
        if parsed.value is None and parsed.state != "dash":
            follows = next((p for p in rest[1:3] if parse_cell(p.text).value is not None), None)
            if unit is None and follows is not None and not indicator.is_heading:
                self.findings.issue("uncertain_value", f"between {found.label.strip()!r} and {follows.text!r} stands "
                                    f"{first.text[:40]!r}", first.place, first.text, indicator)
            else:
                self._figure(indicator, found, None, unit)
            return
        second = rest[1] if len(rest) > 1 else None
        if second is not None and second.cell.row - first.cell.row <= 1 and parse_cell(second.text).value is not None \
                and parsed.value is not None and not (self._is_last(found) and second.cell.row > first.cell.row):
            self.findings.issue("several_values", f"{found.label.strip()!r} is followed by {first.text!r} and "
                                f"{second.text!r}", first.place, first.text, indicator)
            return
        self._figure(indicator, found, first, unit)

    def _is_last(self, found: Found) -> bool:
        return found is self.match.found[-1]

    def _is_mark(self, piece: Piece) -> bool:
        return piece.text.strip() in self.marks

    def _without_note(self, region: list[Piece]) -> list[Piece]:
        """Without a note in brackets that goes on the label."""
        if not region or not region[0].text.startswith(("(", "（")):
            return region
        for n, piece in enumerate(region[:6]):
            if piece.text.endswith((")", "）")):
                return region[n + 1:]
        return region

    def _figure(self, indicator: Indicator, found: Found, piece: Piece | None, unit: str | None) -> None:
        place = piece.place if piece else self.tape[found.last].place
        unit_word = compact(unit).strip("()") if unit else None
        self.findings.figure(indicator, piece.text if piece else "", found.label, place, unit=unit_word)

    # ------------------------------------------------------------------ what the form does not list, or is not printed

    def _unlisted(self, starts: list[int]) -> None:
        """Print inside the table that is neither a label of the form nor its unit or figure, and labels out of
        order.
        """
        in_chain = {id(f) for f, _ in self.chain}
        rows_found = {row for _, row in self.chain}
        repeated = [f for f in self.match.found if id(f) not in in_chain and rows_found.issuperset(f.rows)]
        first, last = self.chain[0][0].first, self.chain[-1][0].last
        for found in self.match.found:
            if id(found) not in in_chain and not rows_found.issuperset(found.rows) and first < found.first < last:
                self._out_of_order(found, starts, rows_found)
        if len(repeated) >= MIN_ROWS:
            self.findings.is_by_layout = False
            piece = self.tape[repeated[0].first]
            self.findings.issue("table_repeated", f"{len(repeated)} rows of the table are printed a second time",
                                piece.place, repeated[0].label)
        labelled = {n for f in self.match.found for n in range(f.first, f.last + 1)}
        tables = {id(self.tape[f.first].grid) for f, _ in self.chain}
        for n in range(first, len(self.tape)):
            piece = self.tape[n]
            if id(piece.grid) not in tables or (piece.grid.kind == "text" and n > last):
                continue
            if n not in labelled and self._is_unlisted_label(n):
                self.findings.issue("unlisted_label", f"{piece.text.strip()[:80]!r} is no label of the form "
                                    f"{self.table.template_code}", piece.place, piece.text,
                                    nearest=nearest_labels(piece.text, self.table))

    def _out_of_order(self, found: Found, starts: list[int], rows_found: set[int]) -> None:
        """A label outside the chain: read where it can be one row only, since then its place adds nothing."""
        missing = [row for row in found.rows if row not in rows_found]
        indicator = self.table.rows[missing[0]]
        self.findings.issue("row_out_of_order", f"{found.label.strip()!r} stands out of the form's order",
                            self.tape[found.first].place, found.label, indicator)
        if len(found.rows) == 1:
            self._row(indicator, found, self._region(found, starts))
            rows_found.add(missing[0])
            self.read_out_of_order.add(missing[0])

    def _is_unlisted_label(self, n: int) -> bool:
        piece = self.tape[n]
        word = compact(piece.text)
        if len(word) < 3 or word in self.units or piece.text.strip() in self.marks \
                or _FURNITURE.match(piece.text.strip()):
            return False
        if parse_cell(piece.text).state != "text":
            return False
        heads = (*self.table.value_heads, *self.table.other_heads)
        if normalise(piece.text) in heads or (piece.grid.kind == "text" and len(word) > 60):
            return False
        if piece.grid.kind == "text":
            return not word.startswith("(") and any("\u4e00" <= c <= "\u9fff" for c in word)
        row = piece.grid.rows[piece.cell.row]
        after = [c for c in row if c.column > piece.cell.column and c is not piece.cell]
        return any(parse_cell(c.text).value is not None or compact(c.text) in self.units for c in after) or (
            self._inside(piece) and any(c.text.strip() for c in after))

    def _inside(self, piece: Piece) -> bool:
        rows = [self.tape[f.first].cell.row for f, _ in self.chain if self.tape[f.first].grid is piece.grid]
        return bool(rows) and min(rows) < piece.cell.row < max(rows)

    def _missing(self) -> None:
        """Rows of the form that were not found, one by one; a long run at the end is a truncated table."""
        present = {row for _, row in self.chain} | self.read_out_of_order
        missing = [n for n, row in enumerate(self.table.rows) if n not in present and row.evidence == "verified"]
        place = self.tape[self.chain[-1][0].last].place if self.chain else None
        cut_off = [n for n in missing if n > max(present, default=-1)]
        if len(cut_off) >= 3:
            rows = [self.table.rows[n] for n in cut_off]
            codes = ", ".join(i.code for i in rows if not i.is_heading) or rows[0].code
            self.findings.issue("table_truncated", f"the table ends before {len(rows)} row(s) of the form: {codes}",
                                place, rows[0].label)
            missing = missing[:-len(cut_off)]
        self.findings.lost("the table", (self.table.rows[n] for n in missing), place)

