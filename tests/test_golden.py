"""One small document of every template in every form: its print as a grid and its figures stand beside it in golden/.

``FOI_GOLDEN=1 pytest tests/test_golden.py`` writes grids and figures anew, and a source where there is none; what is
written must agree with the generator's answer key, and the change then shows in the diff.
"""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest

from parsers.accuracy import KeyFigure, score_report
from parsers.catalogue import load
from parsers.grid import Cell, Grid, Place
from parsers.observation import Report
from parsers.report import read_report
from tests.generator import TEMPLATES, generate

GOLDEN = Path(__file__).parent / "golden"
IS_WRITING = os.environ.get("FOI_GOLDEN") == "1"
# Each template's text copy has another layout; each form carries the mess that is usual in it.
TEXTS = {"G1": "text_pipes", "G2": "text_tabs", "G3": "text_lines", "G4": "text_spaces"}
MESS = {"text": {"dashes", "furniture"}, "html": {"spans", "blanks"}, "docx": {"split_labels", "dashes"},
        "xlsx": {"separators", "blanks"}, "pdf": {"furniture"}}
HYBRIDS = {("G4", "pdf")}
CASES = [(template, form) for template in TEMPLATES for form in MESS]
COVERED, LINE_END = "·", "⏎"
MAX_BYTES = 2 * 1024**2


def folder_of(template: str, form: str) -> Path:
    return GOLDEN / f"{template.lower()}_{form}"


def source_of(folder: Path) -> Path:
    (source,) = folder.glob("source.*")
    return source


def make_source(template: str, form: str) -> None:
    """Generate a document, and refuse it if its figures are not read exactly as its answer key says."""
    mess = MESS[form] | ({"hybrid"} if (template, form) in HYBRIDS else set())
    seed = 100 + CASES.index((template, form))
    made = generate(seed, template, TEXTS[template] if form == "text" else form, frozenset(mess))
    suffix = Path(made.name).suffix
    key = [KeyFigure(k.file, k.template, k.code, k.applicant, k.value, k.printed, k.state, k.origin) for k in made.key]
    verdicts = {finding.verdict for finding in score_report(key, read_report(made.data, suffix, load()), load())}
    assert verdicts == {"right"}
    folder_of(template, form).mkdir(parents=True, exist_ok=True)
    (folder_of(template, form) / f"source{suffix}").write_bytes(made.data)


def shown_grids(report: Report) -> str:
    """The grids as a person can check them: spans as rows×columns, what they cover as a dot, pages where known."""
    return "\n".join(line for grid in report.grids for line in _shown_grid(grid)) + "\n"


def _shown_grid(grid: Grid) -> list[str]:
    shape = f"{len(grid.rows)} lines" if grid.kind == "text" else f"{len(grid.rows)}×{max(map(len, grid.rows))} cells"
    return [f"grid {grid.index}: {grid.kind}, {shape}",
            *(f"{number:>4}  " + " | ".join(_shown_cell(cell, number, column) for column, cell in enumerate(row))
              for number, row in enumerate(grid.rows)), ""]


def _shown_cell(cell: Cell, row: int, column: int) -> str:
    if (cell.row, cell.column) != (row, column):
        return COVERED
    span = f" [{cell.rowspan}×{cell.colspan}]" if cell.rowspan * cell.colspan > 1 else ""
    page = f" p{cell.page}" if cell.page is not None and column == 0 else ""
    return cell.text.replace("\n", LINE_END) + span + page


def shown_figures(report: Report) -> str:
    """The figures as CSV, in order of reading."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("template", "code", "applicant", "value", "state", "printed", "place"))
    for o in report.observations:
        writer.writerow((o.template_code, o.indicator_code, o.applicant_type_code, o.value, o.value_state,
                         o.printed_text, _shown_place(o.place)))
    return stream.getvalue()


def _shown_place(place: Place) -> str:
    page = f"page {place.page} " if place.page is not None else ""
    span = f" characters {place.start}-{place.end}" if place.start is not None else ""
    return f"{page}grid {place.table} row {place.row} column {place.column}{span}"


@pytest.mark.parametrize(("template", "form"), CASES)
def test_the_document_has_the_grid_and_the_figures_that_stand_beside_it(template: str, form: str) -> None:
    folder = folder_of(template, form)
    if IS_WRITING and not list(folder.glob("source.*")):
        make_source(template, form)
    source = source_of(folder)
    report = read_report(source.read_bytes(), source.suffix, load())
    for name, shown in (("grid.txt", shown_grids(report)), ("observations.csv", shown_figures(report))):
        if IS_WRITING:
            (folder / name).write_bytes(shown.encode())
        assert shown == (folder / name).read_bytes().decode(), f"{folder.name}/{name}: FOI_GOLDEN=1 shows the change"


def test_every_template_stands_there_in_every_form_and_nothing_else() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {folder_of(*case).name for case in CASES}


def test_every_document_has_every_figure_of_its_form() -> None:
    sizes = {}
    for template, form in CASES:
        with (folder_of(template, form) / "observations.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        sizes[template, form] = len(rows)
        assert {"number", "zero"} <= {row["state"] for row in rows}
    whole = {"G1": 44, "G2": 58, "G3": 198, "G4": 200}
    hybrid = 10 + 23 * 7 + 15
    assert sizes == {case: hybrid if case in HYBRIDS else whole[case[0]] for case in CASES}


def test_the_folder_stays_small() -> None:
    assert sum(path.stat().st_size for path in GOLDEN.rglob("*") if path.is_file()) <= MAX_BYTES
