"""What the catalogue holds, as frozen values: templates, their tables, indicators, identities."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import Any, Literal

from parsers.labels import normalise

Layout = Literal["list", "blocks", "matrix", "columns"]


@dataclass(frozen=True)
class Indicator:
    """One thing that a template asks for. A code has one meaning, one unit and one parent within its template.

    ``path`` holds the heads that stand above the label where a figure is named by several printed labels (row and
    column head of section 二, the three heads of the review and lawsuit table).
    """

    template_code: str
    code: str
    parent_code: str | None
    section: str
    label: str
    variants: tuple[str, ...]
    label_en: str
    unit_code: str | None
    position: int
    axis: Literal["scalar", "matrix_row", "matrix_column"]
    is_heading: bool = False
    is_signed: bool = False
    has_unit_in_cell: bool = False
    evidence: str = "verified"
    path: tuple[str, ...] = ()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every normalised form under which the label may be printed; a note in brackets at its end may be missing."""
        return label_keys(self.label, self.variants)


def label_keys(label: str, variants: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The normalised label and variants, each also without a bracketed note at its end."""
    keys: dict[str, None] = {}
    for text in (label, *variants):
        keys[normalise(text)] = None
        if text.endswith(")") and "(" in text[4:]:
            keys[normalise(text[: text.rindex("(", 4)])] = None
    return tuple(keys)


_COUNT_WORD = re.compile(r"(?<=.{4})总?(?P<measure>[次件条篇]?)数$")


def _counted_keys(key: str) -> tuple[str, ...]:
    """A normalised label of a list, and the same with the other words for a count at its end, or with none."""
    found = _COUNT_WORD.search(key)
    if found is None:
        return (key,)
    stem, measure = key[:found.start()], found["measure"]
    return (key, *(stem + end for end in ("", measure + "数", f"总{measure}数", "数量") if stem + end != key))


@dataclass(frozen=True)
class BlockRow:
    """One printed row of a ``blocks`` table: its label, and one indicator under each column head."""

    code: str
    keys: tuple[str, ...]
    block_keys: tuple[str, ...]
    cells: tuple[Indicator, ...]


@dataclass(frozen=True)
class Table:
    """One table of a template; which of the fields are used depends on the layout.

    * list: ``rows``, each with one value; ``value_heads`` name the value column, best first.
    * blocks: ``block_rows``, each crossed with the column heads printed above it; ``signature`` are heads that no
      other template prints.
    * matrix: ``rows`` crossed with the applicant columns.
    * columns: ``rows`` are columns whose heads stand above one row of figures.
    """

    template_code: str
    code: str
    layout: Layout
    rows: tuple[Indicator, ...] = ()
    block_rows: tuple[BlockRow, ...] = ()
    value_heads: tuple[str, ...] = ()
    other_heads: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()

    @cached_property
    def index(self) -> dict[str, tuple[int, ...]]:
        """Positions of the rows that may be printed as a normalised label; a label may stand for several rows."""
        found: dict[str, list[int]] = {}
        for position, row in enumerate(self.rows):
            keys = row.keys if self.layout != "list" else chain.from_iterable(map(_counted_keys, row.keys))
            for key in dict.fromkeys(keys):
                found.setdefault(key, []).append(position)
        return {key: tuple(positions) for key, positions in found.items()}

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """Every beginning of every key, to know whether joining one more piece of print can still help."""
        return frozenset(key[:n] for key in self.index for n in range(1, len(key) + 1))


@dataclass(frozen=True)
class ApplicantType:
    """One column of the request matrix."""

    code: str
    parent_code: str | None
    label: str
    keys: tuple[str, ...]
    label_en: str
    position: int
    is_leaf: bool
    is_total: bool


@dataclass(frozen=True)
class Term:
    """One indicator in an identity, on the side of the parts (left) or of the whole (right)."""

    side: Literal["left", "right"]
    aggregate: Literal["sum", "max"]
    indicator_code: str
    applicant_type_code: str | None
    weight: Decimal


@dataclass(frozen=True)
class Identity:
    """An identity (勾稽关系) of a template: left ``relation`` right; ``none`` is checked where the cells are read."""

    code: str
    template_code: str
    relation: Literal["eq", "le", "ge", "none"]
    strength: Literal["exact", "expected"]
    per_applicant: bool
    rule: str
    note: str
    note_zh: str
    source: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class CrossTerm:
    """One indicator in a check across documents: this report's, last year's, or a sum over other reports."""

    template_code: str
    side: Literal["left", "right"]
    document: str
    indicator_code: str
    weight: Decimal


@dataclass(frozen=True)
class CrossCheck:
    """What several reports must agree on; ``kind`` decides which model evaluates it (see ``across.yml``)."""

    code: str
    kind: str
    relation: str | None
    per_applicant: bool
    rule: str | None
    indicator_code: str | None
    threshold: int | None
    minimum: int | None
    title: str
    title_zh: str
    note: str
    note_zh: str
    terms: tuple[CrossTerm, ...]


@dataclass(frozen=True)
class Template:
    """One generation of the form."""

    code: str
    name_zh: str
    name_en: str
    first_year: int
    last_year: int | None
    source: str
    tables: tuple[Table, ...]
    indicators: dict[str, Indicator]
    identities: tuple[Identity, ...]


@dataclass(frozen=True)
class Catalogue:
    """All that is known of the forms; loaded once, read by the parser, dbt, the check suites and the dictionary."""

    templates: dict[str, Template]
    applicants: tuple[ApplicantType, ...]
    applicant_head_keys: dict[str, str]
    units: dict[str, str]
    multiples: dict[str, tuple[str, int]]
    heading_marks: frozenset[str]
    cross_checks: tuple[CrossCheck, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Rows for every table of the schema ``catalogue``, by table name."""
        from parsers.catalogue.tables import catalogue_tables

        return catalogue_tables(self)

    def template_of_year(self, year: int) -> str:
        """The template in force for a data year; used for prose only, since a table names its template itself."""
        in_force = (t.code for t in self.templates.values()
                    if year >= t.first_year and (t.last_year is None or year <= t.last_year))
        return next(in_force, "G1")
