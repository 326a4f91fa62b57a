"""How well documents were read: what a report publishes, laid beside an answer key, figure by figure.

Wrong is far worse than missing, so the two are never added up. Pure: the key comes as text, a document as the Report
that was read from it.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from parsers.catalogue.model import Catalogue
from parsers.grid import Place
from parsers.observation import Issue, Observation, Report

Verdict = Literal["right", "wrong", "missing", "invented", "withheld"]
VERDICTS: tuple[Verdict, ...] = ("right", "wrong", "missing", "invented", "withheld")
COLUMNS = ("file", "template", "code", "applicant", "value", "printed", "state", "origin")
STATES = frozenset(("number", "zero", "blank", "dash", "text", "damaged"))


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure that a document prints, as a careful person reads it; ``applicant`` is empty where none is asked.

    ``state`` is that of an observation, or ``damaged`` where the label is past reading: such a figure should be
    withheld, and ``value`` is what was meant.
    """

    file: str
    template: str
    code: str
    applicant: str
    value: Decimal | None
    printed: str
    state: str
    origin: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one figure of the key, or on one that is not in it (invented)."""

    file: str
    form: str
    template: str
    verdict: Verdict
    code: str
    applicant: str
    expected: str
    found: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How many figures of one form and template had each verdict; a form named ``… prose`` counts sentences."""

    form: str
    template: str
    documents: int
    counts: Counter[Verdict]

    @property
    def knowable(self) -> int:
        """Figures of the key that a reader can be asked for: all but those withheld as they should be."""
        return self.counts["right"] + self.counts["wrong"] + self.counts["missing"]


def parse_key(text: str) -> dict[str, list[KeyFigure]]:
    """The figures of an answer key (CSV with the columns ``COLUMNS``), by file.

    Raises ValueError, with the line, for another header, a value that is no number, an unknown state, a figure that
    stands twice, and for what is no CSV.
    """
    try:
        return _parse(text)
    except csv.Error as error:
        raise ValueError(f"no answer key: {error}") from error


def _parse(text: str) -> dict[str, list[KeyFigure]]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if lacking:
        raise ValueError(f"no answer key: the column(s) {', '.join(lacking)} are not there")
    figures: dict[str, list[KeyFigure]] = defaultdict(list)
    seen: set[tuple[str, str, str]] = set()
    for row in reader:
        figure = _key_figure(row, reader.line_num)
        if (figure.file, figure.code, figure.applicant) in seen:
            raise ValueError(f"line {reader.line_num}: {figure.code} of {figure.file} stands twice")
        seen.add((figure.file, figure.code, figure.applicant))
        figures[figure.file].append(figure)
    return dict(figures)


def _key_figure(row: dict[str, str | None], line: int) -> KeyFigure:
    fields = {name: row[name] or "" for name in COLUMNS}
    if fields["state"] not in STATES:
        raise ValueError(f"line {line}: {fields['state']!r} is no state of a figure ({', '.join(sorted(STATES))})")
    return KeyFigure(**{**fields, "value": _decimal(fields["value"], line) if fields["value"] else None})


def _decimal(text: str, line: int) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValueError(f"line {line}: the value {text!r} is no number")
    return value


def published(report: Report) -> dict[tuple[str, str], Observation]:
    """The figures that stand for a report, by (code, applicant), as marts.fact_reported_figures has them: those of its
    tables, or of its prose where it has no table; of several the first, an exact one before about and more than."""
    tables = [o for o in report.observations if o.origin == "table"]
    found: dict[tuple[str, str], Observation] = {}
    stated = [o for o in report.observations if o.origin == "prose"]
    for figure in sorted(tables or stated, key=lambda o: o.qualifier is not None):
        found.setdefault((figure.indicator_code, figure.applicant_type_code or ""), figure)
    return found


def score_report(key: Sequence[KeyFigure], report: Report, catalogue: Catalogue) -> list[Finding]:
    """A verdict on every figure of one document's key, and on every published figure that the key does not have."""
    found = published(report)
    findings = []
    for expected in key:
        figure = found.pop((expected.code, expected.applicant), None)
        if _is_heading(expected, catalogue):
            findings.append(_on_heading(expected, figure, report))
        else:
            findings.append(_on_figure(expected, figure, report, catalogue))
    for (code, applicant), figure in found.items():
        form = _form(report.form, figure.origin)
        findings.append(Finding(key[0].file if key else "", form, figure.template_code, "invented", code, applicant,
                                "nothing", _said(figure), figure.place))
    return findings


def score_unread(key: Sequence[KeyFigure], form: str, reason: str) -> list[Finding]:
    """The verdict on every figure of a document that could not be read: missing."""
    return [Finding(k.file, _form(form, k.origin), k.template, "missing", k.code, k.applicant, _wanted(k), reason)
            for k in key]


def _on_figure(expected: KeyFigure, figure: Observation | None, report: Report, catalogue: Catalogue) -> Finding:
    form = _form(report.form, expected.origin)
    head = (expected.file, form, expected.template)
    tail = (expected.code, expected.applicant, _wanted(expected))
    if figure is None:
        reason = _reason(expected.code, report.issues)
        return Finding(*head, "withheld" if expected.state == "damaged" else "missing", *tail,
                       f"withheld: {reason.kind}" if reason else "nothing", reason.place if reason else None)
    is_right = (figure.value == expected.value and expected.state in (figure.value_state, "damaged")
                and _same_template(expected.code, expected.template, figure.template_code, catalogue))
    return Finding(*head, "right" if is_right else "wrong", *tail, _said(figure), figure.place)


def _on_heading(expected: KeyFigure, figure: Observation | None, report: Report) -> Finding:
    """A heading carries no figure: what is printed on it belongs among the issues."""
    wanted = ("heading_has_figure", expected.code)
    issue = next((i for i in report.issues if (i.kind, i.indicator_code) == wanted), None)
    verdict: Verdict = "wrong" if figure else "right" if issue else "missing"
    said = _said(figure) if figure else "the issue" if issue else "no such issue"
    return Finding(expected.file, _form(report.form, expected.origin), expected.template, verdict, expected.code,
                   expected.applicant, "the issue heading_has_figure", said, issue.place if issue else None)


def _is_heading(expected: KeyFigure, catalogue: Catalogue) -> bool:
    template = catalogue.templates.get(expected.template)
    indicator = template.indicators.get(expected.code) if template else None
    return indicator is not None and indicator.is_heading


def _same_template(code: str, wanted: str, found: str, catalogue: Catalogue) -> bool:
    """Whether two templates mean the same by a code: the columns of reviews and lawsuits are one in 2019 and 2021."""
    if wanted == found:
        return True
    asked = [catalogue.templates[t].indicators.get(code) for t in (wanted, found) if t in catalogue.templates]
    return len(asked) == 2 and all(i is not None and i.axis == "matrix_column" for i in asked)


def _reason(code: str, issues: Iterable[Issue]) -> Issue | None:
    """The issue with which a figure was withheld, as far as it names the indicator."""
    return next((issue for issue in issues if issue.indicator_code == code), None)


def _form(form: str, origin: str) -> str:
    return f"{form} prose" if origin == "prose" else form


def _wanted(figure: KeyFigure) -> str:
    return f"{figure.template} {'' if figure.value is None else figure.value} {figure.state}".replace("  ", " ")


def _said(figure: Observation) -> str:
    value = "" if figure.value is None else f"{figure.value} "
    return f"{figure.template_code} {value}{figure.value_state} {figure.printed_text[:40]!r}"


def scores(findings: Iterable[Finding]) -> list[Score]:
    """Scores by form and template in order of name, and a last one over all (form ``all``, template empty)."""
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    everything = []
    for finding in findings:
        groups[finding.form, finding.template].append(finding)
        everything.append(finding)
    return [*(_score(*name, groups[name]) for name in sorted(groups)), _score("all", "", everything)]


def _score(form: str, template: str, findings: list[Finding]) -> Score:
    return Score(form, template, len({f.file for f in findings}), Counter(f.verdict for f in findings))
