"""The real reports as rows of the raw tables: read by the parser, placed by the test."""

from __future__ import annotations

from typing import Any

from parsers.catalogue import load
from parsers.observation import Report
from parsers.report import read_report
from tests.dbt_fixture import OTHERS, SAMPLES, Doc
from tests.shared_reports import SHARED, report_path

REPORTS = {**SAMPLES, **OTHERS, "hongze_2024.pdf": {"jurisdiction_code": "320813", "report_year": 2024}}


def real_documents() -> list[Doc]:
    """The real reports beside the project; none where they are not here."""
    if not SHARED.is_dir():
        return []
    return [_document(name, head) for name, head in REPORTS.items()]


def _document(name: str, head: dict[str, Any]) -> Doc:
    path = report_path(name)
    report: Report = read_report(path.read_bytes(), path.suffix, load())
    return Doc(
        name, head=head,
        figures=[{
            "template_code": o.template_code, "indicator_code": o.indicator_code,
            "applicant_type_code": o.applicant_type_code, "value": o.value, "value_state": o.value_state,
            "printed_text": o.printed_text, "printed_label": o.printed_label, "unit_code": o.unit_code,
            "origin": o.origin, "qualifier": o.qualifier, **_place(o.place),
        } for o in report.observations],
        issues=[{
            "kind": i.kind, "message": i.message, "printed_text": i.printed_text, "indicator_code": i.indicator_code,
            **_place(i.place),
        } for i in report.issues],
    )


def _place(place: Any) -> dict[str, Any]:
    if place is None:
        return {}
    return {"page": place.page, "table_index": place.table, "row_index": place.row, "column_index": place.column,
            "char_start": place.start, "char_end": place.end}
