"""One dbt build for all tests of findings: the panel, the battery of sums, real reports, reports made up for a rule."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from parsers.catalogue import load
from tests.dbt_fixture import Project, build_file
from tests.panel import made
from tests.panel.battery import battery
from tests.panel.build import Report, write
from tests.panel.population import Panel, panel
from tests.panel.real import real_documents

# Another panel: FOI_PANEL_SEED=2 make test ARGS=tests/test_panel.py
SEED = int(os.environ.get("FOI_PANEL_SEED", "1"))
# The forms with a request matrix have two hundred cells: dbt gets a part of their battery, Python judges all of it.
STRIDE = {"G1": 1, "G2": 1, "G3": 5, "G4": 5}


@cache
def the_panel() -> Panel:
    return panel(SEED)


@cache
def sums_of(template_code: str) -> list[Report]:
    """The battery of a template, as reports of nobody: they are judged by themselves and compared with nothing."""
    template = load().templates[template_code]
    return [Report(f"battery-{template_code}-{number}", template_code, None, cells)
            for number, cells in enumerate(battery(template))][:: STRIDE[template_code]]


@cache
def built(work: Path) -> Path:
    """The file with the models up to fact_findings; built once a session."""
    project = Project.copied(work, {"seed_reviews": made.reviews(the_panel())})
    path = build_file(work / "findings.duckdb", [*made.DOCUMENTS, *real_documents()])
    write(path, the_panel().reports)
    write(path, [report for code in load().templates for report in sums_of(code)])
    result = project.run(path, "build", "--select", "+fact_findings", "--indirect-selection", "cautious")
    nodes = [r for r in result.result or () if r.node.resource_type != "operation"]
    bad = [f"{r.node.name}: {r.message}" for r in nodes if r.status not in ("success", "pass")]
    assert nodes and not bad, bad or result.exception
    return path
