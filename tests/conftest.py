"""Fixtures that several test modules share: the shared folder, and one real published warehouse for the session."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
BUNDLED = ROOT / "data" / "reports"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the original reports and answer keys, beside the project; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"the shared reports are not here: no {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a landing zone ``reports`` (the bundled ones) and ``foi.duckdb`` made from it by a real refresh.

    Tests read it only; one that changes something takes a copy.
    """
    from orchestration.refresh.run import refresh
    from orchestration.settings import Settings

    home = tmp_path_factory.mktemp("published")
    shutil.copytree(BUNDLED, home / "reports")
    settings = Settings.load(home / "reports", home / "foi.duckdb", environment={})
    assert refresh(settings).is_published
    return home


@pytest.fixture
def home(published, tmp_path) -> Path:
    """A copy of the published folder that a test may change: landing zone, warehouse and state."""
    from orchestration.refresh import state, steps
    from tests.warehouses import settings_of

    shutil.copytree(published, tmp_path / "home", ignore=shutil.ignore_patterns("dagster_home", "data_docs"))
    home = tmp_path / "home"
    saved = state.load(settings_of(published).state_file)
    now = settings_of(home)
    moved = state.State(str(now.warehouse), str(now.reports_dir), saved.code, saved.parser, saved.listing)
    state.save(now.state_file, steps.remembered(moved, now))
    return home
