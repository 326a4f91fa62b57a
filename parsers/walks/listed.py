"""How a list table lies on the print of a document: its labels in the form's order, and what is printed behind each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise

from parsers.catalogue.model import Table
from parsers.labels import compact
from parsers.numbers import parse_cell
from parsers.walks.copies import year_of_report
from parsers.walks.tape import Found, Piece, Tape

MIN_ROWS = 6
MAX_BEHIND = 40
_ORDINAL = re.compile(r"(?:其中:)?([0-9]{1,2})\.")


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

    @cached_property
    def report_year(self) -> int:
        """The year that the report's title names; 0 where none does."""
        return year_of_report(piece.text for piece in self.tape)

    @cached_property
    def starts(self) -> list[int]:
        """Where labels begin on the tape."""
        return sorted(found.first for found in self.found)

    def behind(self, found: Found) -> list[Piece]:
        """The print between a label and the next one; of the last label, what stands on its row or in the next lines.
        """
        after = bisect_right(self.starts, found.last)
        end = self.starts[after] if after < len(self.starts) else len(self.tape)
        label = self.tape[found.last]
        region = []
        for n, piece in enumerate(self.tape[found.last + 1:end], found.last + 1):
            if label.grid.kind == "table" and (piece.grid is not label.grid or piece.cell.row > label.cell.row):
                break
            if label.grid.kind == "text" and (piece.grid is not label.grid or n in self.tape.cut_ordinals):
                break
            region.append(piece)
            if len(region) >= MAX_BEHIND:
                break
        return region

    def figure_before(self, found: Found) -> Piece | None:
        """The figure that stands on a label's own line right before it, with or without a unit between: the row's
        number or, where figures go first, its figure; never the figure of the row above."""
        label = self.tape[found.first]
        if label.grid.kind != "text":
            return None
        pieces = self.tape[max(found.first - 2, 0):found.first]
        return next((p for p in pieces if p.cell is label.cell and parse_cell(p.text).value is not None), None)

    @cached_property
    def before_labels(self) -> dict[int, Piece]:
        """By where a label begins, the figure that stands before it and begins its line."""
        pieces = {f.first: self.figure_before(f) for f in self.found}
        return {at: piece for at, piece in pieces.items() if piece is not None and piece.start is not None
                and not piece.cell.text[:piece.start].strip()}

    @cached_property
    def ordinals_apart(self) -> frozenset[int]:
        """Pieces (their ids) that are the ordinals of the labels behind them, standing alone without a sign: 3, then
        政务微博…. One such number may be the figure of the row above; many are not."""
        asked = {n: ordinal[1] for n, row in enumerate(self.table.rows) if (ordinal := _ORDINAL.match(row.label))}
        labels = [found for found in self.found if found.rows[0] in asked and found.first
                  and self.tape[found.first].grid.kind == "text"]
        before = [self.tape[f.first - 1] for f in labels if self.tape[f.first - 1].text == asked[f.rows[0]]]
        return frozenset(map(id, before)) if len(before) >= MIN_ROWS and 2 * len(before) > len(labels) else frozenset()

    @cached_property
    def lines_led_by_figures(self) -> frozenset[int]:
        """The lines (ids of their cells) that begin with a figure before a label."""
        return frozenset(id(piece.cell) for piece in self.before_labels.values())

    @cached_property
    def rows_are_numbered(self) -> bool:
        """Whether the figures that begin the lines of labels number the rows."""
        return count_rows([self.before_labels[f.first].text for f, _ in self.chain if f.first in self.before_labels])

    @cached_property
    def codes_go_first(self) -> bool:
        """Whether the first figure behind each label of a text numbers the rows: a code, with or without a figure."""
        return count_rows([text for f, _ in self.chain if self.tape[f.last].grid.kind == "text" and not f.rest
                           and (text := self.printed(f)) is not None])

    def printed(self, found: Found) -> str | None:
        """The first figure behind a label, as printed."""
        texts = (found.rest.lstrip("(（)）:："), *(piece.text for piece in self.behind(found)))
        return next((text for text in texts if parse_cell(text).value is not None), None)

    @cached_property
    def is_dumped(self) -> bool:
        """Whether lines print all labels first and all figures after them: which is whose is told by none of them."""
        if len(self.chain) < MIN_ROWS or any(self.printed(found) is not None for found, _ in self.chain[:-1]):
            return False
        last = self.chain[-1][0].last
        grid = self.tape[last].grid
        after = (p for p in self.tape[last + 1:] if p.grid is grid and parse_cell(p.text).value is not None)
        return grid.kind == "text" and len(list(islice(after, MIN_ROWS))) == MIN_ROWS

    @cached_property
    def is_led_by_figures(self) -> bool:
        """Whether lines print each figure before its label: one stands before the first row, none behind the last."""
        rows = [found for found, row in self.chain if not self.table.rows[row].is_heading]
        if len(rows) < MIN_ROWS or self.tape[rows[0].first].grid.kind != "text" or rows[-1].rest:
            return False
        before = self.tape[max(rows[0].first - 2, 0):rows[0].first]
        return any(self._is_figure(p) and p.grid is self.tape[rows[0].first].grid for p in before) \
            and not any(map(self._is_figure, self.behind(rows[-1])[:2]))

    @staticmethod
    def _is_figure(piece: Piece) -> bool:
        return parse_cell(piece.text).value is not None

    @cached_property
    def within(self) -> list[Found]:
        """The labels that can be one row only, from the first of the table to its last."""
        first, last = self.chain[0][0].first, self.chain[-1][0].last
        return [found for found in self.found if first <= found.first <= last and len(found.rows) == 1]

    @cached_property
    def printed_otherwise(self) -> frozenset[tuple[int, ...]]:
        """Rows whose label is printed again within the table, with another figure: postage for what is published and
        for what was asked for. A whole second copy of the table is not meant."""
        times = Counter(found.rows for found in self.within)
        again = {rows for rows, count in times.items() if count > 1}
        figures: dict[tuple[int, ...], set[str]] = {rows: set() for rows in again}
        for found in self.within:
            if found.rows in again and (figure := self.printed(found)) is not None:
                figures[found.rows].add(figure)
        return frozenset(rows for rows in again if len(figures[rows]) > 1 and len(again) < MIN_ROWS)

    @cached_property
    def behind_their_parts(self) -> frozenset[int]:
        """Where a label begins before which parts of its row stand in the same column: a 不予公开 behind 信息不存在
        leaves that out, and is no row of the form."""
        wholes_of_parts: set[tuple[int, int, str | None]] = set()
        behind = set()
        for found in self.within:
            row, label = self.table.rows[found.rows[0]], self.tape[found.first]
            if (label.grid.index, label.cell.column, row.code) in wholes_of_parts:
                behind.add(found.first)
            wholes_of_parts.add((label.grid.index, label.cell.column, row.parent_code))
        return frozenset(behind)


def count_rows(printed: Sequence[str]) -> bool:
    """Whether figures number the rows: each is one more than that before it, or they rise, written 01, 02, 03 …"""
    values = [parse_cell(text).value for text in printed]
    steps = [b - a for a, b in pairwise(values) if a is not None and b is not None]
    if len(steps) < MIN_ROWS - 1:
        return False
    is_padded = any(len(text := compact(p)) > 1 and text[0] == "0" and text.isdigit() for p in printed)
    return all(step == 1 for step in steps) or (is_padded and all(step > 0 for step in steps))
