"""What the parser says of a report: observations, issues, and the report that they stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Literal, NamedTuple

from parsers.grid import Grid, Place

ValueState = Literal["number", "zero", "blank", "dash", "text"]
Origin = Literal["table", "prose", "prose_previous_year", "prose_part", "prose_joint"]
"""Where a figure stands and what it is of. Only table and prose are figures of the report itself; the others are of
the year before (上年为48件), of a part of what the report covers (其中，省级部门40件), and of several indicators that
one number counts together (予以公开及部分公开258件, under the indicator that ``joint_mentions`` of across.yml says)."""


class Observation(NamedTuple):
    """One printed figure: an indicator of the catalogue, for one applicant type where the form asks by applicant.

    ``value`` is set in the states number and zero only, in the unit ``unit_code`` (as in the catalogue, or as printed
    where the form leaves it open). ``qualifier`` is set for prose that says about, at least or more than. A report's
    own figures have the origins table and prose; see ``Origin`` for what else sentences state.
    """

    template_code: str
    indicator_code: str
    applicant_type_code: str | None
    value: Decimal | None
    value_state: ValueState
    printed_text: str
    printed_label: str
    unit_code: str | None
    origin: Origin
    place: Place
    qualifier: str | None = None


make_observation: Callable[[Iterable[object]], Observation] = partial(tuple.__new__, Observation)
"""An observation from a tuple of all its fields, as ``make_cell`` makes cells."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that was not understood, or not believed; ``kind`` is a key of ``catalogue/issues.yml``."""

    kind: str
    message: str
    place: Place | None = None
    printed_text: str = ""
    indicator_code: str | None = None
    nearest_labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportHead:
    """What a document says of itself; every field may be unknown (None), and none is guessed."""

    title: str | None = None
    issuer: str | None = None
    issuer_evidence: str | None = None
    report_year: int | None = None
    period_start: date | None = None
    period_end: date | None = None
    reporting_scope: Literal["own", "consolidated", "unknown"] = "unknown"
    scope_evidence: str | None = None
    published_on: date | None = None
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One document, read: its grids, what it says of itself, its figures and what was not understood."""

    form: str
    encoding: str | None
    head: ReportHead
    template_codes: tuple[str, ...]
    grids: tuple[Grid, ...]
    observations: tuple[Observation, ...]
    issues: tuple[Issue, ...] = field(default=())


class UnreadableReport(Exception):
    """The document cannot be read as a disclosure report; the message says why, in a sentence for its publisher."""
