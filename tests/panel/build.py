"""Reports of the panel as rows of the raw tables, written in bulk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration import warehouse
from parsers.catalogue import load
from tests.panel.bodies import Body
from tests.panel.figures import LEAVES, Cells, template_of


@dataclass(frozen=True)
class Report:
    """One report to be: cells as printed, and how its head reads. Without a body it stands for nothing."""

    name: str
    template: str
    year: int | None
    cells: Cells
    body: Body | None = None
    head: dict[str, Any] = field(default_factory=dict)

    @property
    def document_id(self) -> str:
        return hashlib.sha256(self.name.encode()).hexdigest()[:16]


def report_of(body: Body, year: int, cells: Cells) -> Report:
    return Report(f"{body.code}-{body.kind}-{year}", template_of(year), year, cells, body)


def write(path: Path, reports: Iterable[Report]) -> None:
    """Add reports to a build file that ``tests.dbt_fixture.build_file`` made."""
    reports = list(reports)
    with warehouse.connect(path) as connection:
        warehouse.insert_rows(connection, "raw.documents", map(_document, reports))
        warehouse.insert_rows(connection, "raw.observations", (row for report in reports for row in _cells(report)))


def _document(report: Report) -> dict[str, Any]:
    body = report.body
    place = {"jurisdiction_code": body.code, "issuing_body": body.name, "body_kind": body.kind} if body else {}
    return {
        "document_id": report.document_id, "sha256": hashlib.sha256(report.name.encode()).hexdigest(),
        "source_file": report.name, "form": "html", "size_bytes": 1, "report_year": report.year,
        "reporting_scope": body.scope if body else "own", "template_codes": [report.template], "parser_version": "test",
        **place, **report.head,
    }


def _cells(report: Report) -> Iterator[dict[str, Any]]:
    """One row per cell, where the form has it: one table per part of the form, rows and columns from 0."""
    number = 0
    rows: dict[str, int] = {}
    for indicator in load().templates[report.template].indicators.values():
        if indicator.is_heading:
            continue
        row = rows[indicator.axis] = rows.get(indicator.axis, -1) + 1
        for at, column in enumerate((*LEAVES, "total") if indicator.axis == "matrix_row" else (None,)):
            if (indicator.code, column) not in report.cells:
                continue
            number += 1
            value = report.cells[indicator.code, column]
            state = "blank" if value is None else "zero" if value == 0 else "number"
            across = indicator.axis == "matrix_column"
            yield {
                "document_id": report.document_id, "observation_no": number, "template_code": report.template,
                "indicator_code": indicator.code, "applicant_type_code": column,
                "value": None if value is None else Decimal(value), "value_state": state,
                "printed_text": "" if value is None else str(value), "printed_label": indicator.label,
                "unit_code": indicator.unit_code, "origin": "table",
                "table_index": ("scalar", "matrix_row", "matrix_column").index(indicator.axis),
                "row_index": 0 if across else row, "column_index": row if across else at + 1,
            }
