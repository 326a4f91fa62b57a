"""The suites, run by Great Expectations over frames that are queried from a finished build.

Importing this module takes seconds, as it imports Great Expectations: only ``worker`` does.
"""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import great_expectations as gx
import pandas as pd
from great_expectations import expectations as gxe
from great_expectations.data_context.types.base import ProgressBarsConfig

from orchestration.checks.datadocs import Section, rendered, write_site
from orchestration.checks.suite import (
    MAX_FAILING_ROWS,
    CheckResult,
    Expectation,
    Frame,
    Suites,
    least_plausible,
    load_suites,
    most_plausible,
)

SEVERITIES = {"block": "critical", "warn": "warning"}
NOTHING = "nothing to check: no rows"
NO_BASELINE = "not applicable: there is no published file to compare with"
SHOWN_VALUES = 3
# Columns that are added to every frame: the number of the row, and how many of its checked columns are NULL.
ROW = "row"
UNKNOWN = "unknown_values"


class Checker:
    """Runs the suites against one build, opened read-only, with the published file attached where there is one."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, suites: Suites, has_baseline: bool) -> None:
        self._connection = connection
        self._suites = suites
        self._has_baseline = has_baseline
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        asset = context.data_sources.add_pandas("build").add_dataframe_asset("frame")
        self._batches = asset.add_batch_definition_whole_dataframe("all")
        self.sections: list[Section] = []

    def run(self) -> list[CheckResult]:
        """Every expectation of every suite, numbered within its suite."""
        self._prepare()
        counts: Counter[str] = Counter()
        for frame in self._suites.frames:
            for each in self._values(frame):
                section = self._judge(frame, each)
                first = counts[frame.suite] + 1
                section.results = [replace(r, expectation_no=n) for n, r in enumerate(section.results, first)]
                counts[frame.suite] += len(section.results)
                self.sections.append(section)
        return [result for section in self.sections for result in section.results]

    def _prepare(self) -> None:
        """Make the lists, floors and shared queries of the specification into temporary tables.

        Names and queries come from the specification, which is part of the program; values are bound.
        """
        connection, suites = self._connection, self._suites
        for function in (least_plausible, most_plausible):
            connection.create_function(function.__name__, function, ["BIGINT", "DOUBLE", "DOUBLE"], "BIGINT")
        for name, items in suites.lists.items():
            connection.execute(f"CREATE TEMP TABLE {name} (item VARCHAR)")
            connection.executemany(f"INSERT INTO {name} VALUES (?)", [[item] for item in items])
        for name, floors in suites.floors.items():
            columns = "template_code VARCHAR, floor DOUBLE, warn DOUBLE, block DOUBLE"
            connection.execute(f"CREATE TEMP TABLE floor_{name} ({columns})")
            rows = [[template, floor, *map(suites.alpha.get, ("warn", "block"))] for template, floor in floors.items()]
            connection.executemany(f"INSERT INTO floor_{name} VALUES (?, ?, ?, ?)", rows)
        self._table("floor_form", "template_code VARCHAR, form VARCHAR, floor DOUBLE", [
            [template, form, floor] for template, floors in suites.form_floors.items() for form, floor in floors.items()
        ])  # fmt: skip
        self._table("ceiling_finding", "item VARCHAR, ceiling DOUBLE, warn DOUBLE", [
            [kind, ceiling, suites.alpha["warn"]] for kind, ceiling in suites.ceilings["finding"].items()
        ])  # fmt: skip
        self._table("ceiling_state", 'template_code VARCHAR, "text" DOUBLE, blank DOUBLE, zero DOUBLE', [
            [template, *map(shares.get, ("text", "blank", "zero"))]
            for template, shares in suites.ceilings["state"].items()
        ])  # fmt: skip
        for name, query in suites.prepare.items():
            connection.execute(f"CREATE TEMP TABLE {name} AS {query}")

    def _table(self, name: str, columns: str, rows: list[list[Any]]) -> None:
        self._connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
        places = ", ".join("?" * len(rows[0]))
        self._connection.executemany(f"INSERT INTO {name} VALUES ({places})", rows)

    def _values(self, frame: Frame) -> list[str | None]:
        if frame.each is None:
            return [None]
        return [value for (value,) in self._connection.execute(frame.each).fetchall()]

    def _query(self, sql: str, each: str | None, limit: int | None = None) -> pd.DataFrame:
        parameters = {"each": each} if "$each" in sql else None
        text = sql if limit is None else f"SELECT * FROM ({sql}) LIMIT {limit}"
        return self._connection.execute(text, parameters).df()

    def _judge(self, frame: Frame, each: str | None) -> Section:
        section = Section(frame.suite, _title(frame, each), frame.about)
        expectations = _with_null_check(frame.expectations)
        if frame.needs_baseline and not self._has_baseline:
            section.results = [_result(frame, e, each, NO_BASELINE, success=True) for e in expectations]
        else:
            section.results = self._validate(frame, expectations, each, section)
        return section

    def _validate(
        self, frame: Frame, expectations: list[Expectation], each: str | None, section: Section
    ) -> list[CheckResult]:
        try:
            data = self._query(frame.sql, each)
        except duckdb.Error as error:
            # An older published file may lack a table: that stops nobody. A build that lacks one is ours.
            severity = "warn" if frame.needs_baseline else None
            return [_result(frame, e, each, f"could not be evaluated: {error}", False, severity) for e in expectations]
        if data.empty:
            return [_result(frame, e, each, NOTHING, success=True) for e in expectations]
        known = [column for column in _columns(expectations) if column in data.columns]
        data[UNKNOWN] = data[known].isna().sum(axis=1)
        verdict = self._great_expectations(section.title, data, expectations)
        section.verdict = verdict
        by_place = {v.expectation_config.meta["no"]: v for v in verdict.results}
        return [self._read(frame, e, each, data, by_place[number]) for number, e in enumerate(expectations)]

    def _great_expectations(self, name: str, data: pd.DataFrame, expectations: list[Expectation]) -> Any:
        """The verdict of Great Expectations on one frame.

        Its pages print values unescaped, so it is only ever given escaped text; escaping keeps equality.
        """
        shown = data.map(lambda value: html.escape(value) if isinstance(value, str) else value)
        shown.insert(0, ROW, range(len(data)))
        suite = gx.ExpectationSuite(name=name)
        for number, expectation in enumerate(expectations):
            suite.add_expectation(
                getattr(gxe, expectation.type)(
                    **expectation.arguments,
                    description=html.escape(expectation.description),
                    severity=SEVERITIES[expectation.severity],
                    meta={"no": number},
                )
            )
        batch = self._batches.get_batch({"dataframe": shown})
        names = [ROW, *(c for c in shown.columns[1:] if shown[c].dtype == "str")]
        return batch.validate(
            suite, result_format={"result_format": "COMPLETE", "unexpected_index_column_names": names}
        )

    def _read(
        self, frame: Frame, expectation: Expectation, each: str | None, data: pd.DataFrame, verdict: Any
    ) -> CheckResult:
        if not verdict.result:
            problem = _exception_message(verdict.exception_info)
            return _result(frame, expectation, each, f"could not be evaluated: {problem}", success=False)
        success = bool(verdict.success)
        rows, count = ([], 0) if success else self._failing_rows(expectation, each, data, verdict)
        named = {row.get(expectation.report) for row in rows} if count == len(rows) else {None}
        result = _result(
            frame, expectation, each, _observed(frame, expectation, data, verdict), success, rows=rows, count=count,
            floor=expectation.floor and expectation.floor.format_map(_first(data)),
        )  # fmt: skip
        return result if None in named else replace(result, reports=tuple(sorted(named)))

    def _failing_rows(
        self, expectation: Expectation, each: str | None, data: pd.DataFrame, verdict: Any
    ) -> tuple[list[dict[str, Any]], int]:
        """The failing rows in full from their own query, else the rows of the frame that were found unexpected."""
        if expectation.rows:
            count = int(self._query(f"SELECT count(*) AS n FROM ({expectation.rows})", each).iloc[0, 0])
            if count:
                return _jsonable(self._query(expectation.rows, each, MAX_FAILING_ROWS)), count
        found = [entry[ROW] for entry in verdict.result.get("unexpected_index_list") or ()]
        count = int(verdict.result.get("unexpected_count") or len(found))
        return _jsonable(data.iloc[found].drop(columns=UNKNOWN)), count


def _with_null_check(expectations: tuple[Expectation, ...]) -> list[Expectation]:
    """The expectations of a frame, preceded by one that none of the columns that they look at is NULL.

    Great Expectations leaves rows out whose value is NULL, so that a column of nothing but NULL would pass.
    """
    columns = _columns(expectations)
    severity = "block" if any(e.severity == "block" for e in expectations) else "warn"
    description = f"Nothing that is checked here is unknown ({', '.join(columns)})."
    known = Expectation(
        "ExpectColumnValuesToBeInSet", description, severity, {"column": UNKNOWN, "value_set": [0]}
    )
    return [known, *expectations]


def _columns(expectations: Iterable[Expectation]) -> list[str]:
    return list(dict.fromkeys(column for e in expectations for column in e.columns if column != UNKNOWN))


def _result(
    frame: Frame, expectation: Expectation, each: str | None, observed: str, success: bool,
    severity: str | None = None, rows: list[dict[str, Any]] | None = None, count: int = 0, floor: str | None = None,
) -> CheckResult:
    return CheckResult(
        suite=frame.suite, expectation_no=0, expectation=_snake(expectation.type),
        description=f"{_title(frame, each)}: {expectation.description}", observed=observed, floor=floor,
        success=success, severity=severity or expectation.severity, failing_rows=tuple(rows or ()), failing_count=count,
    )


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


def _observed(frame: Frame, expectation: Expectation, data: pd.DataFrame, verdict: Any) -> str:
    """What was seen, in a phrase: the frame's own wording, or rows looked at and values that were not expected."""
    if expectation.observed:
        return expectation.observed.format_map(_first(data))
    what = f"{int(data[frame.measure].sum())} {frame.measure}" if frame.measure else f"{len(data)} rows"
    values = [_shown(value) for value in verdict.result.get("partial_unexpected_list") or ()]
    if verdict.success or not values:
        return what
    more = f" and {len(values) - SHOWN_VALUES} more" if len(values) > SHOWN_VALUES else ""
    return f"{what}; unexpected: {', '.join(values[:SHOWN_VALUES])}{more}"


def _shown(value: Any) -> str:
    """One value, or the two of a pair, as short text."""
    if isinstance(value, tuple | list):
        return " against ".join(map(_shown, value))
    return html.unescape(value)[:80] if isinstance(value, str) else f"{value:g}" if pd.notna(value) else "null"


def _title(frame: Frame, each: str | None) -> str:
    return frame.name.replace("_", " ") + (f" {each}" if each else "")


def _first(data: pd.DataFrame) -> Mapping[str, Any]:
    # Column by column: a row taken as a whole would turn the integers beside a share into floats.
    return {column: data[column].iloc[0] for column in data.columns}


def _exception_message(info: Mapping[str, Any]) -> str:
    """Great Expectations files an exception under the metric that raised it, or directly."""
    if "exception_message" in info:
        return str(info["exception_message"])
    return next((str(entry["exception_message"]) for entry in info.values()), "no result")


def _jsonable(data: pd.DataFrame) -> list[dict[str, Any]]:
    return json.loads(data.to_json(orient="records", date_format="iso", force_ascii=False))


def warm_up() -> None:
    """Judge and render one row, so that what Great Expectations loads and compiles lazily is there when it counts."""
    pair = {"column_A": "left", "column_B": "right"}
    expectations = [
        Expectation("ExpectColumnValuesToBeInSet", "", "warn", {"column": "left", "value_set": [1]}),
        Expectation("ExpectColumnPairValuesToBeEqual", "", "warn", pair),
        Expectation("ExpectColumnPairValuesAToBeGreaterThanB", "", "warn", {**pair, "or_equal": True}),
    ]
    with duckdb.connect() as connection:
        frame = connection.execute("SELECT 1 AS left, 1 AS right").df()
        rendered(Checker(connection, load_suites(), False)._great_expectations("warm up", frame, expectations))


def check(request: dict[str, Any]) -> list[CheckResult]:
    """Run every suite on the request's database and replace its Data Docs; closes both files before it returns."""
    suites = load_suites()
    with duckdb.connect(request["database"], read_only=True) as connection:
        if request["baseline"]:
            path = request["baseline"].replace("'", "''")
            connection.execute(f"ATTACH '{path}' AS published (READ_ONLY)")
        checker = Checker(connection, suites, bool(request["baseline"]))
        results = checker.run()
    write_site(Path(request["docs_dir"]), request["run_id"], checker.sections)
    return results
