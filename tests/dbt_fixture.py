"""A small build file for the tests of the dbt project: the schemas raw and catalogue, without the parser.

The tables are those of ``orchestration/schema.sql``, the catalogue is the real one; documents and figures come from the
answer key of the sample reports or from rows that a test writes itself.
"""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from parsers.catalogue import load

ROOT = Path(__file__).parents[1]
PROJECT = ROOT / "dbt_project"
SHARED = ROOT.parent / "shared"
ANSWERS = SHARED / "reports" / "answers.csv"

NOW = datetime(2026, 1, 2, 3, 4, 5)
SAMPLES: dict[str, dict[str, Any]] = {
    "pingyang_2017.txt": {"jurisdiction_code": "330326", "report_year": 2017},
    "ouhai_2017.txt": {"jurisdiction_code": "330304", "report_year": 2017},
    "dongyang_2018.txt": {"jurisdiction_code": "330783", "report_year": 2018},
    "nanxian_2017.txt": {"jurisdiction_code": "430921", "report_year": 2017},
    "zhejiang_2017.txt": {"jurisdiction_code": "330000", "report_year": 2017},
}
OTHERS: dict[str, dict[str, Any]] = {
    "hongze_2023.pdf": {"jurisdiction_code": "320813", "report_year": 2023},
    "shanghai_general_office_2019.html": {
        "jurisdiction_code": "310000", "report_year": 2019, "issuing_body": "办公厅", "body_kind": "department",
        "reporting_scope": "own",
    },
}


@dataclass
class Doc:
    """One document to be: its head (columns of raw.documents that differ from the default), figures and issues.

    A figure is ``(indicator, applicant or None, printed, *more)``; what is printed decides value and state, as in the
    answer key. ``template`` and ``origin`` hold for all figures.
    """

    name: str
    figures: list[dict[str, Any]] = field(default_factory=list)
    head: dict[str, Any] = field(default_factory=dict)
    issues: list[dict[str, Any]] = field(default_factory=list)

    @property
    def document_id(self) -> str:
        return hashlib.sha256(self.name.encode()).hexdigest()[:16]


def figure(code: str, printed: Any, applicant: str | None = None, template: str = "G2", **more: Any) -> dict[str, Any]:
    """A row of raw.observations as the parser would write it for what is printed in the cell."""
    text = "" if printed is None else str(printed)
    try:
        value: Decimal | None = Decimal(text)
        state = "zero" if value == 0 else "number"
    except ArithmeticError:
        value, state = None, "blank" if text == "" else "dash" if text in {"-", "/", "——"} else "text"
    return {"template_code": template, "indicator_code": code, "applicant_type_code": applicant, "value": value,
            "value_state": state, "printed_text": text, "origin": "table", **more}


def documents_of_answers(heads: dict[str, dict[str, Any]]) -> list[Doc]:
    """The documents named, with the figures of the answer key; rows of headings are no figures."""
    headings = {(t.code, i.code) for t in load().templates.values() for i in t.indicators.values() if i.is_heading}
    with ANSWERS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["template"], row["code"]) not in headings]
    return [
        Doc(name, head=head, figures=[
            {"template_code": row["template"], "indicator_code": row["code"],
             "applicant_type_code": row["applicant"] or None, "value": Decimal(row["value"]) if row["value"] else None,
             "value_state": row["state"], "printed_text": row["printed"], "origin": row["origin"]}
            for row in rows if row["file"] == name
        ]) for name, head in heads.items()
    ]


def build_file(path: Path, documents: Iterable[Doc]) -> Path:
    """Write the schemas raw and catalogue of ``documents`` to a new file at ``path``."""
    with duckdb.connect(str(path)) as connection:
        connection.execute((ROOT / "orchestration" / "schema.sql").read_text(encoding="utf-8"))
        for table, rows in load().tables().items():
            _insert(connection, f"catalogue.{table}", rows)
        documents = list(documents)
        units = {(t.code, i.code): i.unit_code for t in load().templates.values() for i in t.indicators.values()}
        for document in documents:
            _insert(connection, "raw.documents", [_head(document)])
            _insert(connection, "raw.landing_files", [{
                "source_file": document.name, "size_bytes": 1, "modified_at": NOW, "sha256": _sha256(document),
                "state": "read", "document_id": document.document_id}])
            _insert(connection, "raw.observations", [
                {"document_id": document.document_id, "observation_no": number,
                 "printed_label": row["indicator_code"],
                 "unit_code": units.get((row["template_code"], row["indicator_code"])),
                 "table_index": 0, "row_index": number, "column_index": 1, **row}
                for number, row in enumerate(document.figures, 1)])
            _insert(connection, "raw.issues", [
                {"document_id": document.document_id, "issue_no": number, "message": "", "printed_text": "",
                 "nearest_labels": [], **row} for number, row in enumerate(document.issues, 1)])
        _insert(connection, "raw.refresh_runs", [{
            "run_id": "run-1", "started_at": NOW, "reports_dir": "reports", "files_seen": len(documents),
            "documents_read": len(documents), "parser_version": "test"}])
    return path


def _head(document: Doc) -> dict[str, Any]:
    templates = sorted({row["template_code"] for row in document.figures})
    return {
        "document_id": document.document_id, "sha256": _sha256(document), "source_file": document.name, "form": "text",
        "size_bytes": 1, "reporting_scope": "consolidated", "issuing_body": "人民政府", "body_kind": "government",
        "template_codes": templates, "parser_version": "test", **document.head,
    }


def _sha256(document: Doc) -> str:
    return hashlib.sha256(document.name.encode()).hexdigest()


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = list(dict.fromkeys(column for row in rows for column in row))
    connection.register("incoming", pa.table({c: [row.get(c) for row in rows] for c in columns}))
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
    connection.unregister("incoming")


@dataclass(frozen=True)
class Project:
    """A copy of the dbt project, so that a test can write rows into its seeds and leave no trace in the tree."""

    folder: Path
    work: Path

    @classmethod
    def copied(cls, work: Path, seeds: dict[str, list[list[Any]]] | None = None) -> Project:
        folder = work / "dbt_project"
        shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("target", "logs", "*.py", ".user.yml"))
        for name, rows in (seeds or {}).items():
            path = folder / "seeds" / "corrections" / f"{name}.csv"
            width = len(path.read_text(encoding="utf-8").split("\n", 1)[0].split(","))
            with path.open("a", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([*row, *[""] * (width - len(row))] for row in rows)
        return cls(folder, work)

    def run(self, build: Path, *command: str) -> Any:
        """The result of a dbt command on the file ``build``, which is closed again afterwards."""
        from dbt.adapters.factory import FACTORY, reset_adapters
        from dbt.cli.main import dbtRunner

        os.environ.update(FOI_BUILD_DB=str(build), DBT_SEND_ANONYMOUS_USAGE_STATS="false", DO_NOT_TRACK="1")
        try:
            return dbtRunner().invoke([
                "--quiet", "--log-level-file", "none", *command, "--project-dir", str(self.folder),
                "--profiles-dir", str(self.folder), "--target-path", str(self.work / "target"),
            ])
        finally:
            for adapter in FACTORY.adapters.values():
                adapter.connections.cleanup_all()
                adapter.connections.close_all_connections()
            reset_adapters()
