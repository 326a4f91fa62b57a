"""Lay the catalogue over the grids of a document: the template is chosen per table, by its labels and never by a year.

``plans`` remembers how the tables of a layout were understood, so that the next report of that layout is not walked
again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.catalogue.model import Catalogue, Indicator, Table
from parsers.grid import Cell, Grid
from parsers.labels import compact
from parsers.numbers import parse_cell
from parsers.observation import Issue, Observation
from parsers.walks.blocks import find_block_rows, walk_blocks
from parsers.walks.copies import standing, year_of_report
from parsers.walks.disputes import find_disputes, walk_disputes
from parsers.walks.figures import Findings
from parsers.walks.lines import (
    LineTape,
    find_bare_rows,
    line_tape,
    match_line_matrix,
    walk_line_blocks,
    walk_line_disputes,
    walk_line_matrix,
)
from parsers.walks.list import MIN_ROWS, ListMatch, match_lists, walk_list
from parsers.walks.matrix import (
    MIN_MATRIX_ROWS,
    MatrixMatch,
    find_matrices,
    heading,
    is_example,
    join_cut,
    match_matrix,
    matrix_score,
    walk_matrix,
    year_above,
)


@dataclass(frozen=True)
class Observed:
    """What the tables of a document say, and the lines that belong to no table."""

    template_codes: tuple[str, ...]
    observations: tuple[Observation, ...]
    issues: tuple[Issue, ...]
    prose: tuple[tuple[Cell, Grid], ...]


def walk_tables(grids: Sequence[Grid], catalogue: Catalogue) -> tuple[Observed, bool]:
    """Observations and issues of the statistics tables among some grids; prose is the text outside them. And whether
    only the layout of the tables decided what belongs where: neither their figures nor the text beside them."""
    findings = Findings(catalogue)
    best = max(match_lists(_tables(catalogue, "list"), grids, catalogue), key=lambda m: m.figures)
    match = best if best.figures >= MIN_ROWS else None
    if match is not None:
        walk_list(match, findings)
    else:
        template = _observe_sections(grids, findings)
        _observe_lines(grids, template, findings)
        _note_absent_sections(findings)
        _note_short_list(best, findings)
    _note_lost_figures(findings)
    codes = tuple(dict.fromkeys(o.template_code for o in findings.observations))
    taken = _lines_of_tables(match, findings.observations)
    prose = []
    for grid in grids:
        if grid.kind == "text":
            low, high = taken.get(grid.index, (0, -1))
            prose += [(cell, grid) for (cell,) in grid.rows if not low <= cell.row <= high]
    observed = Observed(codes, tuple(findings.observations), tuple(findings.issues), tuple(prose))
    return observed, findings.is_by_layout and (match is None or _is_among_tables(match))


def _tables(catalogue: Catalogue, layout: str) -> list[Table]:
    return [t for template in catalogue.templates.values() for t in template.tables if t.layout == layout]


def _observe_sections(grids: Sequence[Grid], findings: Findings) -> str | None:
    """The three tables of the forms of 2019 and 2021, each by the generation whose labels it prints; the generation of
    the report, or None where no such table was found."""
    catalogue = findings.catalogue
    matrix, others = _matrices(grids, catalogue)
    before, after = _of_the_same_report(grids, matrix, others)
    rows, blocks = max(((find_block_rows(before, t), t) for t in _tables(catalogue, "blocks")), key=lambda p: len(p[0]))
    template = matrix.table.template_code if matrix else None
    if rows:
        template = blocks.template_code
        walk_blocks(rows, blocks, findings)
    if matrix is not None:
        walk_matrix(matrix, findings)
    findings.is_by_layout = findings.is_by_layout and not others  # the text above them has a say
    for other in others:
        findings.issue("table_repeated", "a second matrix of requests is printed: another body's, or another scope's",
                       other.tape[0].place, other.tape[0].text)
    by_template = {t.template_code: t for t in _tables(catalogue, "columns")}
    disputes = by_template[template or max(by_template)]
    tables = find_disputes(after, disputes)
    if tables:
        walk_disputes(tables, disputes, findings)
        template = template or disputes.template_code
    return template


def _matrices(grids: Sequence[Grid], catalogue: Catalogue) -> tuple[MatrixMatch | None, list[MatrixMatch]]:
    """The matrix of requests of which most is printed, in the form that fits it best, and others beside it; a blank
    form or an example never goes before one with figures, nor one of an earlier year where each says its own, nor one
    without a heading before one that has one."""
    tables = _tables(catalogue, "matrix")
    found = join_cut(find_matrices(grids, catalogue), tables, catalogue)
    fitting = [max(match_matrix(matrix, tables, catalogue), key=lambda match: match.score) for matrix in found]
    matches = [match for match in fitting if len(match.chain) >= MIN_MATRIX_ROWS]
    years = {id(match): year_above(match.matrix, grids) for match in matches}
    each_has = all(years.values())
    stands = _standings(matches, grids) if len(matches) > 1 else {}
    ends = [-1, *(match.grids[1] for match in matches)]
    own = {id(match): not is_example(match.matrix, grids, end) for match, end in zip(matches, ends, strict=False)}
    best = max(matches, key=lambda match: (match.is_filled, own[id(match)], stands.get(id(match)),
                                           each_has and years[id(match)], match.score), default=None)
    return best, [match for match in matches if match is not best]


def _standings(matches: Sequence[MatrixMatch], grids: Sequence[Grid]) -> dict[int, int]:
    """By the id of each matrix how far the heading above it makes it the report's."""
    year = year_of_report(cell.text for grid in grids if grid.kind == "text" for (cell,) in grid.rows)
    return {id(m): standing(compact("".join(heading(m.matrix, grids))), year) for m in matches}


def _of_the_same_report(grids: Sequence[Grid], matrix: MatrixMatch | None,
                        others: Sequence[MatrixMatch]) -> tuple[Sequence[Grid], Sequence[Grid]]:
    """The grids in which the tables before and after a matrix may stand: all, or where there are several matrices those
    up to the next, so that one report's tables are not filled up from another's."""
    if matrix is None or not others:
        return grids, grids
    first, _ = matrix.grids  # what was joined to it, as a page's end may ask for, may be another table
    low = max((end for _, end in (o.grids for o in others) if end < first), default=-1)
    high = min((start for start, _ in (o.grids for o in others) if start > first), default=len(grids))
    return [g for g in grids if low < g.index < first], [g for g in grids if first < g.index < high]


def _observe_lines(grids: Sequence[Grid], template: str | None, findings: Findings) -> None:
    """Those of the tables that were not found as tables, in the lines of a copy that lost their borders."""
    catalogue = findings.catalogue
    read = {o.indicator_code for o in findings.observations}
    due = {layout: [t for t in _tables(catalogue, layout) if read.isdisjoint(_codes(t))]
           for layout in ("matrix", "blocks", "columns")}
    if all(len(tables) < len(_tables(catalogue, layout)) for layout, tables in due.items()):
        return
    findings.is_by_layout = False
    lines = line_tape(grids)
    if len(due["matrix"]) == len(_tables(catalogue, "matrix")):
        matrices = [m for t in due["matrix"] if (m := match_line_matrix(lines, t, catalogue))]
        matrix = max(matrices, key=lambda m: matrix_score(m.table, m.chain), default=None)
        template = template or (matrix.table.template_code if matrix else None)
        if matrix is None:
            _note_bare_rows(lines, due["matrix"], findings)
    else:
        matrix = None
    if len(due["blocks"]) == len(_tables(catalogue, "blocks")):
        for blocks in due["blocks"]:
            if walk_line_blocks(lines, blocks, findings):
                template = blocks.template_code
                break
    if matrix is not None:
        walk_line_matrix(lines, matrix, findings)
    if len(due["columns"]) == len(_tables(catalogue, "columns")):
        by_template = {t.template_code: t for t in due["columns"]}
        walk_line_disputes(lines, by_template[template or max(by_template)], findings)


def _note_bare_rows(lines: LineTape, tables: Sequence[Table], findings: Findings) -> None:
    """A matrix printed as lines, each with its sum only or with figures that no head names: none is taken."""
    first = next(filter(None, (find_bare_rows(lines, t, findings.catalogue) for t in tables)), None)
    if first is not None:
        findings.issue("shape_unknown", "the rows of the matrix of requests stand here as lines, and no heads say of "
                       "which applicants their figures are", first.place, first.text)


def _codes(table: Table) -> set[str]:
    """The codes of a table's figures."""
    return {i.code for i in _figures(table)}


def _figures(table: Table) -> list[Indicator]:
    rows = (*table.rows, *(cell for block in table.block_rows for cell in block.cells))
    return [i for i in rows if not i.is_heading]


def _note_lost_figures(findings: Findings) -> None:
    """No figure of a table that was read goes missing without an issue under its code, whatever the walk did."""
    read = {(o.template_code, o.indicator_code) for o in findings.observations}
    told = {i.indicator_code for i in findings.issues}
    for template in findings.catalogue.templates.values():
        for table in template.tables:
            asked = _figures(table)
            if any((template.code, i.code) in read for i in asked):
                findings.lost("the table", (i for i in asked if i.evidence == "verified" and i.code not in told
                                            and (template.code, i.code) not in read))


def _note_absent_sections(findings: Findings) -> None:
    """Where one table of the forms of 2019 and 2021 was read, the others are due too: say which was not found."""
    if not findings.observations:
        return
    codes = {o.indicator_code for o in findings.observations}
    template = findings.catalogue.templates[findings.observations[0].template_code]
    for table in template.tables:
        indicators = _figures(table)
        if codes.isdisjoint(i.code for i in indicators):
            findings.issue("shape_unknown", f"the table of {indicators[0].section!r} was not found, or it has no shape "
                           "that was understood", printed=indicators[0].section)


def _note_short_list(match: ListMatch, findings: Findings) -> None:
    """A table with a few rows of a form before 2019 only: whether it is that form's, nobody knows, and none is read."""
    rows = [found for found, row in match.chain if not match.table.rows[row].is_heading
            and match.tape[found.last].grid.kind == "table" and match.printed(found) is not None]
    if len(rows) < 2 or findings.observations:
        return
    first = match.tape[rows[0].first]
    filled = sum(any(parse_cell(cell.text).value is not None for cell in row) for row in first.grid.rows)
    if filled <= 2 * len(rows):  # else it is another table in which a few labels of the form occur, too
        findings.issue("shape_unknown", f"a table prints only {len(rows)} rows of the form "
                       f"{match.table.template_code}, too few to tell: none is read", first.place, first.text)


def _is_among_tables(match: ListMatch) -> bool:
    """Whether all of a list, and what stands after its last label, are cells of tables with no text between."""
    first, last = match.chain[0][0].first, match.chain[-1][0].last
    grids = {piece.grid.index: piece.grid.kind for piece in match.tape[first:last + 2]}
    return last + 1 < len(match.tape) and set(grids.values()) == {"table"} and max(grids) - min(grids) < len(grids)


def _lines_of_tables(match: ListMatch | None, observations: Sequence[Observation]) -> dict[int, tuple[int, int]]:
    """By text grid, the first and last line of a table that was printed as lines: no prose."""
    lines: dict[int, tuple[int, int]] = {}
    places = [(o.place.table, o.place.row) for o in observations if o.place.start is not None]
    if match is not None:
        first, last = match.chain[0][0].first, match.chain[-1][0].last
        places += [(p.grid.index, p.cell.row) for p in match.tape[first:last + 2] if p.grid.kind == "text"]
    for index, row in places:
        low, high = lines.get(index, (row, row))
        lines[index] = (min(low, row), max(high, row))
    return lines
