"""Dagster's run history in PostgreSQL instead of SQLite; where FOI_TEST_POSTGRES names a database to be filled."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from orchestration.refresh.run import refresh
from tests.warehouses import settings_of

SERVER = os.environ.get("FOI_TEST_POSTGRES")

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not SERVER, reason="no PostgreSQL: FOI_TEST_POSTGRES names no database"),
]


def test_a_refresh_keeps_its_run_in_postgresql(home, monkeypatch):
    from dagster import AssetKey, DagsterInstance, DagsterRunStatus

    monkeypatch.setenv("FOI_DAGSTER_POSTGRES", SERVER)
    now = replace(settings_of(home), dagster_home=home / "shared_home")
    (home / "reports" / "new.txt").write_text("x", encoding="utf-8")
    assert refresh(now).is_published
    with DagsterInstance.from_config(str(now.dagster_home)) as dagster:
        assert type(dagster.run_storage).__name__ == "PostgresRunStorage"
        run = dagster.get_runs(limit=1)[0]
        assert (run.status, run.tags["foi/writer"]) == (DagsterRunStatus.SUCCESS, str(now.warehouse))
        event = dagster.get_latest_materialization_event(AssetKey(["published", "foi"]))
        assert event.run_id == run.run_id
    assert [path.name for path in now.dagster_home.rglob("*.db")] == []
