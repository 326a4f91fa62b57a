"""From figures to a document: the tables of the form, filled in, with the mess that is in the print itself."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.generator.document import Box, Document, KeyRow, Table
from tests.generator.figures import Figures
from tests.generator.mess import Printer, damaged, movable, reordered
from tests.generator.spec import TOTAL, Block, Column, FormSpec, Row
from tests.generator.words import CHECK_SUM, LOCAL_ROWS, WRONG_HEADS, closing, opening, other_table

_WIDE_MARKS = str.maketrans("():,", "（）：，")


class Composer:
    """Builds one document and collects its answer key on the way."""

    def __init__(self, spec: FormSpec, figures: Figures, mess: frozenset[str], rng: Random, file: str) -> None:
        self.spec, self.figures, self.mess, self.rng, self.file = spec, figures, mess, rng, file
        self.printer = Printer(mess, rng)
        self.wide = rng.random() < 0.7
        self.heading_mark = rng.choice(("——", ""))
        self.key: list[KeyRow] = []

    def document(self, issuer: str, year: int, matrix: FormSpec) -> Document:
        """The whole report; ``matrix`` is the form whose matrix is printed (another one in a hybrid)."""
        blocks: list[str | Table] = [*opening(self.spec, issuer, year)]
        if "several" in self.mess:
            blocks += other_table(self.rng, year)
        blocks += self._list(issuer, year) if self.spec.rows else self._sections(matrix)
        blocks += closing(issuer, year, self.rng)
        if "several" in self.mess:
            blocks += other_table(self.rng, year)
        return Document(tuple(blocks))

    # G1, G2 -----------------------------------------------------------------------------------------------------

    def _list(self, issuer: str, year: int) -> Iterator[str | Table]:
        yield f"{year}年度{issuer}政府信息公开情况统计表"
        heads = ("项目内容", "计量", "完成值") if "wrong_header" in self.mess else ("统计指标", "单位", "统计数")
        units = "no_units" not in self.mess
        rows = [tuple(Box(head) for head in heads if units or head != heads[1])]
        printed = reordered(self.spec.rows, self.spec, self.mess, self.rng)
        hurt = self._hurt(printed, self.spec)
        local = set(self.rng.sample(range(1, len(printed)), 2)) if "extra" in self.mess else set()
        for index, row in enumerate(printed):
            if index in local:
                rows.append(self._list_row(*self.rng.choice(LOCAL_ROWS), str(self.rng.randint(2, 90)), units))
            label = damaged(row.label, self.rng) if row.code in hurt else row.label
            text = self.heading_mark if row.heading else self._figure(
                self.spec.template, row.code, None, row.code in hurt)
            rows.append(self._list_row(label, "——" if row.heading else row.unit or "", text, units))
        yield Table(tuple(rows))

    def _list_row(self, label: str, unit: str, text: str, units: bool) -> tuple[Box, ...]:
        boxes = (Box(self._label(label), "label"), Box(unit, "unit"), Box(text, "figure"))
        return boxes if units else (boxes[0], boxes[2])

    # G3, G4 -----------------------------------------------------------------------------------------------------

    def _sections(self, matrix: FormSpec) -> Iterator[str | Table]:
        titles = iter(self.spec.sections)
        yield next(titles)
        yield Table(tuple(row for block in self.spec.blocks for row in self._block(block)))
        yield next(titles)
        yield from self._matrix(matrix)
        yield next(titles)
        yield self._disputes(self.spec.columns)

    def _block(self, block: Block) -> Iterator[tuple[Box, ...]]:
        width = 6  # grid columns of the values: divides by the one, two or three heads of a block
        yield (Box(self._label(block.title), colspan=2 + width),)
        heads = [cell.head for cell in block.rows[0].cells]
        span = width // len(heads)
        yield (Box("信息内容", colspan=2), *(Box(self._label(head), colspan=span) for head in heads))
        for row in block.rows:
            figures = [self._figure(self.spec.template, cell.code, None, False) for cell in row.cells]
            yield (Box(self._label(row.label), "label", colspan=2),
                   *(Box(text, "figure", colspan=span) for text in figures))
        if "extra" in self.mess and "六" in block.title:
            for label in ("行政检查", "行政确认"):
                yield (Box(label, "label", colspan=2),
                       *(Box(str(self.rng.randint(1, 99)), "figure", colspan=span) for _ in heads))

    def _matrix(self, form: FormSpec) -> Iterator[Table]:
        printed = reordered(form.matrix, form, self.mess, self.rng)
        groups = {row.code for row in printed if row.heading and row.parent}
        inside = [row for row in printed if row.parent or row.code == "outcome_total"]
        height = len([row for row in inside if row.code not in groups])
        hurt, rows, cut = self._hurt(printed, form), list(self._matrix_head(form)), None
        for row in printed:
            if row.heading and not row.parent:
                rows.append((Box(self._label(row.label), "label", rowspan=height),))
            elif row.code in groups:
                size = sum(other.parent == row.code for other in printed)
                rows.append((*self._open(rows), Box(self._label(row.label), "label", rowspan=size)))
            else:
                rows.append((*self._open(rows), *self._matrix_row(form, row, row.code in hurt)))
            if row.code == "requests_carried_in" and "wrong_header" in self.mess:
                cut = len(rows)
        if cut is None:
            yield Table(tuple(rows))
        else:
            yield Table(tuple(rows[:cut]))
            yield Table(((Box(WRONG_HEADS[0], colspan=3), *map(Box, WRONG_HEADS[1:])), *rows[cut:]))

    @staticmethod
    def _open(rows: list[tuple[Box, ...]]) -> tuple[Box, ...]:
        """The boxes of a row that so far only opens a group: the group's first row goes on in it."""
        return rows.pop() if rows and all(box.kind == "label" for box in rows[-1]) else ()

    def _matrix_head(self, form: FormSpec) -> Iterator[tuple[Box, ...]]:
        labels = [label for _, label in form.applicants]
        yield Box(CHECK_SUM, colspan=3, rowspan=3), Box("申请人情况", colspan=7)
        yield Box(labels[0], rowspan=2), Box("法人或其他组织", colspan=5), Box(labels[-1], rowspan=2)
        yield tuple(map(Box, labels[1:-1]))

    def _matrix_row(self, form: FormSpec, row: Row, hurt: bool) -> tuple[Box, ...]:
        outer = row.parent is None and row.code != "outcome_total"
        group = row.parent is not None and row.parent != "outcome_total"
        label = damaged(row.label, self.rng) if hurt else row.label
        texts = [self._figure(form.template, row.code, person, hurt) for person, _ in form.applicants]
        return (Box(self._label(label), "label", colspan=3 if outer else 1 if group else 2),
                *(Box(text, "figure") for text in texts))

    def _disputes(self, columns: tuple[Column, ...]) -> Table:
        figures = tuple(Box(self._figure(self.spec.template, column.code, None, False), "figure") for column in columns)
        leaves = [Box(column.path[-1]) for column in columns]
        return Table((
            (Box("行政复议", colspan=5), Box("行政诉讼", colspan=10)),
            (*(Box(leaf.text, rowspan=2) for leaf in leaves[:5]),
             Box("未经复议直接起诉", colspan=5), Box("复议后起诉", colspan=5)),
            tuple(leaves[5:]),
            figures,
        ))

    # both -------------------------------------------------------------------------------------------------------

    def _hurt(self, rows: tuple[Row, ...], form: FormSpec) -> set[str]:
        free = movable(rows, form) if "damage" in self.mess else []
        return set(self.rng.sample(free, min(3, len(free))))

    def _label(self, label: str) -> str:
        return label.translate(_WIDE_MARKS) if self.wide else label

    def _figure(self, template: str, code: str, person: str | None, hurt: bool) -> str:
        value = self.figures[code, person]
        unit = "元" if code == "procurement_amount" else ""
        text, state = self.printer.figure(value, unit, sign=code.endswith("_change"))
        if "blank_totals" in self.mess and person == TOTAL and code.startswith("outcome_") and code != "outcome_total":
            text, state = "", "blank"
        known = value if state in ("number", "zero") else None
        self.key.append(KeyRow(self.file, template, code, person or "", known, text,
                               "damaged" if hurt else state, "table"))
        return text
