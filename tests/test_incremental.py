"""An incremental refresh gives what a full one gives, row for row, whatever happened to the landing zone before.

``FOI_CHAOS_STEPS`` makes the sequences longer, ``FOI_CHAOS_SEED`` starts other ones.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from orchestration import warehouse
from orchestration.ingest import grid_cache, landing, raw
from orchestration.ingest import reading as ingest
from orchestration.refresh import publish, state, steps
from orchestration.settings import Settings
from tests.faults import quick_refresh, settings_in
from tests.faults.zone import Chaos

STEPS = int(os.environ.get("FOI_CHAOS_STEPS", 10))
SEED = int(os.environ.get("FOI_CHAOS_SEED", 20261122))
# Tables that say when a refresh was, and how it came by its rows.
OF_RUNS = ("refresh_", "check_")


class Crash(BaseException):
    """What ends a refresh at a place where nobody expects it."""


# Where a refresh may end: before or after a call of these.
PLACES = (
    (warehouse, "create"), (warehouse, "insert_lines"), (warehouse, "note_reasons"), (raw, "_keep"), (raw, "_read"),
    (landing, "hash_file"), (grid_cache.GridCache, "put"), (grid_cache.GridCache, "keep_only"), (state, "save"),
    (steps, "_carry_history"), (publish, "seal"), (publish, "publish"), (os, "replace"),
)  # fmt: skip


def crash_somewhere(patch: pytest.MonkeyPatch, random: Random) -> str:
    """Make the next refresh end at a random call of a random place, if it comes that far."""
    owner, name = random.choice(PLACES)
    left, after = random.randrange(4), random.random() < 0.5
    real = getattr(owner, name)

    def die(*arguments, **options):
        nonlocal left
        left -= 1
        result = None if left < 0 and not after else real(*arguments, **options)
        if left < 0:
            raise Crash
        return result

    patch.setattr(owner, name, die)
    return f"crash {'after' if after else 'before'} call {left} of {name}"


def damage_something(settings: Settings, random: Random) -> str:
    """Damage or remove what a refresh keeps for the next one; the published file is damaged with a new stat."""
    path = random.choice((settings.grid_cache, settings.state_file, settings.warehouse, settings.pending_state_file))
    if not path.is_file():
        return "damage nothing"
    if random.random() < 0.3:
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        for _ in range(20):
            content[random.randrange(len(content))] ^= 0xFF
        path.write_bytes(content)
    return f"damage {path.name}"


def tables(database: Path) -> dict[str, list[str]]:
    """Every row of schemas raw and catalogue, but for what belongs to one refresh; unchanged counts as read.

    A new time of the same content is no change and starts no refresh, so times are those of the last one.
    """
    with warehouse.connect(database, read_only=True) as connection:
        names = connection.execute("SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL")
        found = {}
        for schema, name in names.fetchall():
            if name.startswith(OF_RUNS):
                continue
            query = f"SELECT * FROM {schema}.{name}"
            if name == "landing_files":
                same = "EXCLUDE (modified_at) REPLACE (replace(state, 'unchanged', 'read') AS state)"
                query = f"SELECT * {same} FROM {schema}.{name}"
            found[f"{schema}.{name}"] = sorted(map(repr, connection.execute(query).fetchall()))
        return found


def assert_equals_rebuild(settings: Settings, rebuilt: Settings, said: list[str]) -> None:
    quick_refresh(rebuilt, force=True)
    incremental, full = tables(settings.warehouse), tables(rebuilt.warehouse)
    assert full.keys() == incremental.keys()
    different = {name: sorted({*full[name]} ^ {*incremental[name]}) for name in full if full[name] != incremental[name]}
    assert not different, f"after {said[-40:]}: {different}"


@pytest.mark.parametrize("seed", [SEED, SEED + 1])
def test_random_changes_crashes_and_damage_leave_what_a_rebuild_gives(tmp_path, monkeypatch, seed):
    monkeypatch.setattr(landing, "SETTLING_NS", 50_000_000)  # files of a moment ago count as settled
    monkeypatch.setattr(ingest, "SLICE", 3)
    random, settings = Random(seed), settings_in(tmp_path / "home")
    rebuilt = Settings.load(settings.reports_dir, tmp_path / "other" / "foi.duckdb", environment={})
    chaos = Chaos(settings.reports_dir, seed)
    for _ in range(8):
        chaos.add()
    runs = 0
    for _ in range(STEPS):
        for _ in range(random.randrange(6)):
            chaos.step()
        if random.random() < 0.4:
            chaos.said.append(damage_something(settings, random))
        if random.random() < 0.6:
            with monkeypatch.context() as patch:
                chaos.said.append(crash_somewhere(patch, random))
                try:
                    quick_refresh(settings)
                except Crash:
                    chaos.said.append("it crashed")
        runs += quick_refresh(settings)
        chaos.said.append("refreshed")
        assert_equals_rebuild(settings, rebuilt, chaos.said)
    assert runs > STEPS / 3
    assert "it crashed" in chaos.said
    left = {path.name for path in settings.build_dir.iterdir() if path.name not in
            {settings.state_file.name, settings.grid_cache.name, settings.lock_file.name}}  # fmt: skip
    assert left == set()
