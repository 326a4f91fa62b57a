"""``python -m benchmarks.queries PUBLISHED [--reports N]``: how fast a BI tool's questions are answered.

PUBLISHED is any published file with reports of all generations; a large one, of N reports, is made from it beside it
(``large/``), or used again. Asked are what a page of a BI tool asks for its charts, and the sample queries over marts
alone; milliseconds, the median of the rounds after one that is not counted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from benchmarks.large import make
from benchmarks.measure import machine
from orchestration.queries import load_queries

AIM_MS = 100
# What a page shows: a line, bars, a map, a table, a headline, a list of what does not agree.
CHARTS = {
    "one indicator by year": """
        SELECT report_year, sum(value) FROM marts.fact_figures_wide
        WHERE indicator_code = 'requests_received' AND is_headline AND is_additive_unit GROUP BY 1 ORDER BY 1""",
    "one indicator by year and province": """
        SELECT report_year, province_name_zh, sum(value) FROM marts.fact_figures_wide
        WHERE indicator_code = 'requests_received' AND is_headline AND is_additive_unit GROUP BY 1, 2 ORDER BY 1, 2""",
    "all indicators of one year": """
        SELECT indicator_code, sum(value) FROM marts.fact_figures_wide
        WHERE report_year = 2022 AND is_headline AND is_additive_unit GROUP BY 1 ORDER BY 1""",
    "one series by year": """
        SELECT report_year, count(value), sum(value) FROM marts.fact_foi_series
        WHERE series_code = 'requests_received' AND is_additive_unit GROUP BY 1 ORDER BY 1""",
    "grant rates by year": "SELECT * FROM marts.rate_grants_by_year ORDER BY ALL",
    "requests by level and year": """
        SELECT level_name, report_year, sum(requests_received)
        FROM marts.fact_foi_requests JOIN marts.dim_jurisdiction USING (jurisdiction_key) GROUP BY 1, 2""",
    "the fifty worst findings": "SELECT * FROM marts.fact_findings ORDER BY severity_score DESC, finding_id LIMIT 50",
    "coverage by province and year": """
        SELECT province_code, report_year, sum(expected_report_count), sum(present_report_count)
        FROM marts.fact_report_coverage GROUP BY 1, 2""",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.queries", description=__doc__.split(": ", 1)[1])
    parser.add_argument("published", type=Path)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args(arguments)
    large = options.published.parent / "large" / options.published.name
    if not large.exists():
        large.parent.mkdir(exist_ok=True)
        make(options.published, large, options.reports)
    with duckdb.connect(str(large), read_only=True) as connection:
        print(markdown(connection, options.runs))
    return 0


def markdown(connection: duckdb.DuckDBPyConnection, runs: int) -> str:
    """The table: what was asked, milliseconds, and whether that is within the aim."""
    (figures,) = connection.execute("SELECT count(*) FROM marts.fact_reported_figures").fetchone()
    facts = machine()
    lines = [f"{figures:,} figures, {facts['cores']} cores, load {facts['load']}", "",
             f"| question | ms (aim {AIM_MS}) | rows |", "| --- | ---: | ---: |"]
    asked: dict[str, tuple[str, Mapping[str, Any]]] = {name: (sql, {}) for name, sql in CHARTS.items()}
    asked |= {f"`{query.name}`": (query.sql, query.parameters) for query in load_queries().values()}
    for name, (sql, values) in asked.items():
        try:
            milliseconds, rows = _timed(connection, sql, values, runs)
        except duckdb.CatalogException:  # a file that was made large has the marts, but not the macros
            lines.append(f"| {name} | not asked: it calls a macro | |")
            continue
        mark = "**" if milliseconds > AIM_MS else ""
        lines.append(f"| {name} | {mark}{milliseconds:,.0f}{mark} | {rows:,} |")
    return "\n".join(lines)


def _timed(connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any], runs: int) -> tuple[float, int]:
    taken = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        rows = connection.execute(sql, dict(values)).fetchall() if values else connection.execute(sql).fetchall()
        taken.append(1000 * (time.perf_counter() - start))
    return median(taken[1:]), len(rows)


if __name__ == "__main__":
    sys.exit(main())
