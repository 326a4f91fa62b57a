"""The walk over a ``list`` table (G1, G2): one label, one unit, one figure a row, in whatever layout it was printed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from parsers.catalogue.model import Catalogue, Indicator, Table
from parsers.grid import Cell, Grid
from parsers.labels import compact, normalise
from parsers.numbers import parse_cell
from parsers.walks.columns import Columns, figures_below, find_columns, side_by_side, side_by_side_without_heads
from parsers.walks.figures import Findings
from parsers.walks.listed import MIN_ROWS, ListMatch
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

MIN_HEADS = 6
_NUMBER_IN_BRACKETS = re.compile(r"[(（][\s0-9０-９,，]+[)）]\s*$")
_BEFORE_FIGURE = re.compile(r"(?s)([^0-9０-９+\-－]*)(.*)")
_FURNITURE = re.compile(r"^(?:[-—–·\s]*(?:第?\d{1,4}页?(?:[/共]\d{1,4}页?)?)[-—–·\s]*"
                        r"|PAGE|NUMPAGES|\[image:.*|\[bookmark.*)$")


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
        if sum(not table.rows[f.rows[0]].is_heading for f in found) < MIN_ROWS:
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
        self.rows_below: dict[tuple[int, int], int | None] = {}
        self.read_out_of_order: set[int] = set()
        self.labels_of_row: dict[tuple[int, int], list[Found]] = defaultdict(list)
        for found in match.found:
            end = match.tape[found.last]
            self.labels_of_row[end.grid.index, end.cell.row].append(found)

    def run(self) -> None:
        if self.match.is_dumped:
            self._apart("stand behind the last label", self.match.behind(self.chain[-1][0])[0])
            return
        if self.match.is_led_by_figures:
            self._apart("stand before their labels, it seems", self.tape[self.chain[0][0].first])
            return
        doubtful = uncertain(self.chain)
        for n, (found, row) in enumerate(self.chain):
            indicator = self.table.rows[row]
            if n in doubtful:
                self._uncertain(indicator, found, "may be one of several rows of the form")
            else:
                self._row(indicator, found)
        if self.chain:
            self._unlisted()
        self._missing()

    def _uncertain(self, indicator: Indicator, found: Found, why: str) -> None:
        self.findings.issue("uncertain_value", f"{found.label.strip()!r} {why}", self.tape[found.first].place,
                            found.label, indicator)

    def _apart(self, how: str, piece: Piece) -> None:
        """Lines in which which figure is whose is not known: none is read."""
        self.findings.issue("shape_unknown", f"the figures {how}, and which is whose is not certain", piece.place,
                            piece.text)
        self.findings.lost("the table", (self.table.rows[row] for _, row in self.chain), piece.place)

    # ------------------------------------------------------------------ one row

    def _row(self, indicator: Indicator, found: Found) -> None:
        if found.rows in self.match.printed_otherwise:
            self._uncertain(indicator, found, "is printed more than once, with different figures")
            return
        if found.first in self.match.behind_their_parts:
            self._uncertain(indicator, found, "stands behind its parts in the form: it may be another sum")
            return
        label = self.tape[found.first]
        region = self.match.behind(found)
        if found.rest:
            piece = self.tape[found.last]
            unit, value = self._split_rest(found.rest)
            if value and parse_cell(value).unit is None and self._is_followed(piece, region):
                self._uncertain(indicator, found, f"ends in {value!r}, and a figure follows")
                return
            if value:
                self.findings.figure(indicator, value, found.label, piece.place, unit=unit)
                return
            region = [Piece(unit or "", piece.grid, piece.cell), *region] if unit else region
        if label.grid.kind == "table":
            self._table_row(indicator, found, region)
        else:
            self._line_row(indicator, found, region)

    def _is_followed(self, label: Piece, region: list[Piece]) -> bool:
        """Whether a figure, with or without a unit before it, follows on a label's own row or line."""
        row = [p for p in region if p.cell is label.cell or p.grid.kind == "table"]
        return any(parse_cell(piece.text).value is not None for piece in row[:2])

    def _split_rest(self, rest: str) -> tuple[str | None, str]:
        """The unit and the figure glued to a label: 12件, (件):12, (件)."""
        before, value = _BEFORE_FIGURE.match(rest).groups()
        return parse_cell(value).unit or compact(before).strip("():") or None, value.strip()

    def _table_row(self, indicator: Indicator, found: Found, region: list[Piece]) -> None:
        end = self.tape[found.last]  # a label may have begun in the table before
        grid, label = end.grid, end.cell
        if self._is_a_head(end):
            self._figure_below(indicator, found)
            return
        columns = self.columns.get(grid.index) or self._columns_of(grid, label)
        value_column = columns.value_of(label)
        if value_column is None:
            before = [Piece(cell.text, grid, cell) for cell in grid.rows[label.row][:label.column]]
            printed = next((p for p in (*region, *before) if parse_cell(p.text).value is not None), None)
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
        if value is not None and value.rowspan > 1 and not indicator.is_heading and self._is_shared(grid, value, found):
            self._uncertain(indicator, found, f"shares the figure {value.text.strip()!r} with other rows")
            return
        if unit is value or unit is label:
            unit = None
        if unit is not None and parse_cell(unit.text).value is not None:
            self.findings.issue("unit_cell_has_value", f"the unit cell of {found.label.strip()!r} reads "
                                f"{unit.text.strip()!r}", grid.place(unit), unit.text, indicator)
            unit = None
        self._figure(indicator, found, Piece(value.text, grid, value) if value else None, unit.text if unit else None)

    def _is_a_head(self, label: Piece) -> bool:
        """Whether the labels of a table stand side by side, with their figures below them."""
        return len(self.labels_of_row[label.grid.index, label.cell.row]) >= MIN_HEADS

    def _figure_below(self, indicator: Indicator, found: Found) -> None:
        """The figure of a label that is a column's head."""
        end = self.tape[found.last]
        labels = [self.tape[f.last].cell for f in self.labels_of_row[end.grid.index, end.cell.row]]
        self.findings.is_by_layout = False
        key = end.grid.index, end.cell.row
        if key not in self.rows_below:
            self.rows_below[key] = figures_below(end.grid, labels)
        row = self.rows_below[key]
        if row is None or end.cell.colspan > 1 or found.first != found.last:
            self._uncertain(indicator, found, "is a head, and which figure below it is the report's is not known")
            return
        cell = end.grid.rows[row][end.cell.column]
        self._figure(indicator, found, Piece(cell.text, end.grid, cell), None)

    def _is_shared(self, grid: Grid, value: Cell, found: Found) -> bool:
        """Whether one cell holds the figure of several rows; nothing of all is nothing of each."""
        self.findings.is_by_layout = False
        rows = range(value.row, value.row + value.rowspan)
        return bool(parse_cell(value.text).value) and any(
            other.rows != found.rows and self.tape[other.first].cell.row > value.row
            for row in rows for other in self.labels_of_row[grid.index, row])

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
        columns = find_columns(grid, labels, self.table, frozenset(self.units), self.marks, self.match.report_year)
        self.columns[grid.index] = columns
        self.findings.is_by_layout = self.findings.is_by_layout and columns.by_heads
        if not columns.values:
            self.findings.issue("shape_unknown", "several columns hold figures, and their heads do not say which is "
                                "the report's", grid.place(grid.rows[0][0]))
        return columns

    def _line_row(self, indicator: Indicator, found: Found, region: list[Piece]) -> None:
        """A row whose cells were printed one after the other: [note] [unit] [figure], then anything else."""
        unit, rest = self._unit_of_line(indicator, found, self._without_note(region))
        rest = self._without_numbers_of_rows(found, rest)
        if not rest:
            if found.first in self.match.before_labels and not self.match.rows_are_numbered \
                    and not indicator.is_heading:
                self._uncertain(indicator, found, "follows a figure and is followed by none: whose is it?")
            else:
                self._figure(indicator, found, None, unit)
            return
        first = rest[0]
        parsed = parse_cell(first.text)
        if parsed.value is None and parsed.state != "dash":
            follows = next((p for p in rest[1:3] if parse_cell(p.text).value is not None), None)
            if unit is None and follows is not None and not indicator.is_heading:
                self.findings.issue("uncertain_value", f"between {found.label.strip()!r} and {follows.text!r} stands "
                                    f"{first.text[:40]!r}", first.place, first.text, indicator)
            else:  # words on the label's own line stand for the figure
                self._figure(indicator, found, first if first.cell is self.tape[found.last].cell else None, unit)
            return
        second = rest[1] if len(rest) > 1 else None
        if second is not None and second.cell.row - first.cell.row <= 1 and parse_cell(second.text).value is not None \
                and not indicator.is_heading and not (self._is_last(found) and second.cell.row > first.cell.row):
            self.findings.issue("several_values", f"{found.label.strip()!r} is followed by {first.text!r} and "
                                f"{second.text!r}", first.place, first.text, indicator)
            return
        self._figure(indicator, found, first, unit)

    def _unit_of_line(self, indicator: Indicator, found: Found, region: list[Piece]) -> tuple[str | None, list[Piece]]:
        """The unit behind a label, if there is one, and what stands behind it without what belongs to the page only."""
        unit, at = None, 0
        while at < min(len(region), 2) and compact(region[at].text) in self.units and not self._is_mark(region[at]):
            unit, at = region[at].text, at + 1  # a label's last character may pass for a unit, too
        if not at and len(region) > 1 and parse_cell(region[0].text).unit \
                and parse_cell(region[1].text).value is not None:
            self.findings.issue("unit_cell_has_value", f"the unit of {found.label.strip()!r} reads {region[0].text!r}",
                                region[0].place, region[0].text, indicator)
            at = 1
        own = self.tape[found.last].cell
        return unit, [p for p in region[at:]
                      if p.cell is own or not _FURNITURE.match(p.text) or parse_cell(p.text).value is not None]

    def _without_numbers_of_rows(self, found: Found, rest: list[Piece]) -> list[Piece]:
        """Without the code of the row itself, and without what begins the line of the next label: its number or its
        figure, never this row's."""
        figures = [p for p in rest if parse_cell(p.text).value is not None]
        code = figures[0] if figures and self.match.codes_go_first else None
        own = {self.tape[n].cell.row for n in (found.first, found.last)}
        led = self.match.lines_led_by_figures
        return [p for p in rest if p is not code and id(p) not in self.match.ordinals_apart
                and (p.cell.row in own or id(p.cell) not in led)]

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
        if piece is None and not indicator.is_heading and _NUMBER_IN_BRACKETS.search(found.label):
            self._uncertain(indicator, found, "ends in a number, and no figure follows")
            return
        place = piece.place if piece else self.tape[found.last].place
        unit = unit or (self._split_rest(found.rest)[0] if found.rest else None)
        unit_word = compact(unit).strip("()") if unit else None
        self.findings.figure(indicator, piece.text if piece else "", found.label, place, unit=unit_word)

    # ------------------------------------------------------------------ what the form does not list, or is not printed

    def _unlisted(self) -> None:
        """Print inside the table that is neither a label of the form nor its unit or figure, and labels out of
        order.
        """
        in_chain = {id(f) for f, _ in self.chain}
        rows_found = {row for _, row in self.chain}
        repeated = [f for f in self.match.found if id(f) not in in_chain and rows_found.issuperset(f.rows)]
        first, last = self.chain[0][0].first, self.chain[-1][0].last
        for found in self.match.found:
            if id(found) not in in_chain and not rows_found.issuperset(found.rows) and first < found.first < last:
                self._out_of_order(found, rows_found)
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

    def _out_of_order(self, found: Found, rows_found: set[int]) -> None:
        """A label outside the chain: read where it can be one row only, since then its place adds nothing."""
        missing = [row for row in found.rows if row not in rows_found]
        indicator = self.table.rows[missing[0]]
        self.findings.issue("row_out_of_order", f"{found.label.strip()!r} stands out of the form's order",
                            self.tape[found.first].place, found.label, indicator)
        if len(found.rows) == 1:
            self._row(indicator, found)
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

