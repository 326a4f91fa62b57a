"""Refreshes that can be had by the dozen, for tests of what befalls them.

A quick refresh is the real one without Dagster, dbt and Great Expectations: the same steps look around, start a build,
read, publish and remember, so what they do with a fault is what ``foi refresh`` does with it.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from orchestration import warehouse
from orchestration.refresh import state, steps
from orchestration.refresh.workbench import Workbench, look_around, writer_lock
from orchestration.settings import Settings

ROOT = Path(__file__).parents[2]
BUNDLED = tuple(sorted((ROOT / "data" / "reports").rglob("*.txt")))


def settings_in(home: Path, **environment: str) -> Settings:
    """Settings of a folder with ``reports`` and ``foi.duckdb``; ``environment`` holds FOI_ settings."""
    (home / "reports").mkdir(parents=True, exist_ok=True)
    return Settings.load(home / "reports", home / "foi.duckdb", environment={"FOI_WORKERS": "2"} | environment)


def quick_refresh(settings: Settings, force: bool = False) -> bool:
    """Bring the published file up to date in schemas raw and catalogue; False where nothing had changed."""
    with writer_lock(settings.lock_file):
        saved = None if force else state.load(settings.state_file)
        bench = Workbench(settings, models=None, checks=None)
        bench.surveyed = look_around(settings, saved)
        if state.nothing_changed(saved, bench.surveyed):
            return False
        if force:
            settings.state_file.unlink(missing_ok=True)
        run_id = str(uuid.uuid4())
        steps.start_build(bench)
        steps.read_reports(bench, run_id)
        pretend_checked(settings, run_id)
        steps.publish_build(bench)
        return True


def pretend_checked(settings: Settings, run_id: str) -> None:
    """The one verdict without which nothing is published."""
    with warehouse.connect(settings.build_db) as connection:
        warehouse.insert_rows(connection, "raw.check_results", [{
            "run_id": run_id, "suite": "validity", "expectation_no": 1, "expectation": "none", "success": True,
            "severity": "block", "failing_count": 0,
        }])  # fmt: skip
