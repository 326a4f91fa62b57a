"""``foi read`` and ``foi explain``: from a document to its grids, and from a figure back to its document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import warehouse
from orchestration.cli.table import print_table
from orchestration.refresh.workbench import NotThere

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from parsers.grid import Grid

FIGURES = """
SELECT {indicator} AS indicator_code, applicant_type_code, {origin} AS origin,
       page, table_index, row_index, column_index, char_start, char_end,
       printed_label, printed_text, value_state, value, unit_code
FROM {table} AS f WHERE f.report_id = $report AND ($indicator IS NULL OR f.indicator_code = $indicator)
ORDER BY observation_no
"""
# What a sentence says of last year, of a part or of several indicators at once is told apart.
MENTIONED = "indicator_code || CASE mention_kind WHEN 'figure' THEN '' ELSE ' (' || mention_kind || ')' END"


def print_grids(file: str) -> None:
    """Print the grids of one document. Raises NotThere with the reason where it cannot be read."""
    from parsers.forms import read_document
    from parsers.observation import UnreadableReport

    path = Path(file)
    try:
        document = read_document(path.read_bytes(), path.suffix.lower())
    except OSError as error:
        raise NotThere(f"{path} cannot be read: {error.strerror}") from error
    except UnreadableReport as error:
        raise NotThere(f"{path}: {error}") from error
    encoding = f", {document.decoded.encoding}" if document.decoded else ""
    print(f"{path}: form {document.form}{encoding}, {len(document.grids)} grids")
    for grid in document.grids:
        _print_grid(grid)


def _print_grid(grid: Grid) -> None:
    width = max((len(row) for row in grid.rows), default=0)
    if grid.kind == "text":
        print(f"\ngrid {grid.index}: {len(grid.rows)} lines of text")
        for number, row in enumerate(grid.rows):
            print(f"{number:>5}  {row[0].text if row else ''}")
        return
    print(f"\ngrid {grid.index}: {len(grid.rows)} rows × {width} columns")
    # A cell that spans is shown once, where it begins; a dot stands in the positions that it covers.
    rows = [
        [number, *(cell.text if (cell.row, cell.column) == (number, at) else "·" for at, cell in enumerate(row))]
        for number, row in enumerate(grid.rows)
    ]
    print_table(["row", *map(str, range(width))], rows)


def print_figures(published: Path, report: str, indicator: str | None) -> None:
    """Print where a report's figures stand. Raises NotThere."""
    with open_published(published) as connection:
        found = find_report(connection, report)
        asked = {"report": found["report_id"], "indicator": indicator}
        figures = _fetch(connection, FIGURES.format(
            table="marts.fact_reported_figures", indicator="indicator_code", origin="origin"), asked)
        mentions = _fetch(connection, FIGURES.format(
            table="marts.fact_prose_mentions", indicator=MENTIONED, origin="'prose'"), asked)
    seen = {(f["origin"], f["table_index"], f["row_index"], f["column_index"], f["char_start"]) for f in figures}
    figures += [
        mention for mention in mentions
        if ("prose", *(mention[k] for k in ("table_index", "row_index", "column_index", "char_start"))) not in seen
    ]  # fmt: skip
    if not figures:
        known = f"no figure {indicator}" if indicator else "no figures"
        raise NotThere(f"{found['source_file']} has {known}; `foi dictionary` lists the indicators")
    _print_report(found)
    _print_places(figures)


def open_published(published: Path):
    """The published file, read-only. Raises NotThere."""
    if not published.is_file():
        raise NotThere(f"there is no published warehouse at {published}; run `foi refresh` first")
    return warehouse.connect(published, read_only=True)


def find_report(connection: DuckDBPyConnection, wanted: str) -> dict[str, Any]:
    """The one report whose id, file or part of it is ``wanted``. Raises NotThere where none or several are."""
    reports = _fetch(connection, "SELECT * FROM marts.dim_report ORDER BY source_file")
    tests = (
        lambda r: wanted in (r["report_id"], r["sha256"], r["source_file"]),
        lambda r: Path(r["source_file"]).name == wanted,
        lambda r: r["report_id"].startswith(wanted.lower()) or wanted in r["source_file"],
    )
    for test in tests:
        found = [report for report in reports if test(report)]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(report["source_file"] for report in found[:5])
            raise NotThere(f"{wanted!r} is in the names of {len(found)} reports: {names}; say more of it")
    raise NotThere(f"no report is called {wanted!r}; the warehouse has {len(reports)}: see marts.dim_report")


def _fetch(connection: DuckDBPyConnection, query: str, values: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    result = connection.execute(query, values) if values else connection.execute(query)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _print_report(report: dict[str, Any]) -> None:
    shown = ("source_file", "report_id", "issuer", "issuing_body", "jurisdiction_code", "report_year",
             "reporting_scope", "template_codes", "source_url")  # fmt: skip
    for name in shown:
        if report.get(name) not in (None, [], ""):
            print(f"{name:>18}  {report[name]}")


def _print_places(figures: list[dict[str, Any]]) -> None:
    columns = ("indicator", "for", "place", "printed label", "printed text", "state", "value", "unit")
    names = ("indicator_code", "applicant_type_code", "place", "printed_label", "printed_text", "value_state", "value",
             "unit_code")  # fmt: skip
    print_table(columns, [[(figure | {"place": place_of(figure)})[name] for name in names] for figure in figures])


def place_of(figure: dict[str, Any]) -> str:
    """A figure's place in words; indices start at 0 as `foi read` counts them, pages at 1."""
    page = f"page {figure['page']}, " if figure["page"] is not None else ""
    cell = f"grid {figure['table_index']}, row {figure['row_index']}, column {figure['column_index']}"
    span = "" if figure["char_start"] is None else f", characters {figure['char_start']}–{figure['char_end']}"
    return f"{page}{cell}{span}"
