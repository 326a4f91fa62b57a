"""dbt in the process that asks: its manifest as the description of the models, and the build of all of them.

A refresh asks its ``dbt_worker`` for both, so that its own process never imports dbt.

``dagster_dbt`` would do this too, at four seconds of import; the manifest is read here instead.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration import warehouse
from orchestration.refresh import state
from orchestration.refresh.workbench import DbtFailed
from orchestration.settings import Settings

BUILT = ("model", "seed", "snapshot")
_parsed: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Node:
    """One model or seed of the manifest: its address, what it stands on, what its columns mean."""

    unique_id: str
    key: tuple[str, str]
    deps: tuple[tuple[str, str], ...]
    kind: str
    description: str
    columns: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Test:
    """One dbt test and the model that it is about."""

    unique_id: str
    name: str
    key: tuple[str, str]
    description: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one node: its status, dbt's message, failing rows of a test, seconds, and the query run."""

    unique_id: str
    status: str
    message: str
    failures: int
    seconds: float
    query: str = ""

    @property
    def is_good(self) -> bool:
        return self.status in ("success", "pass", "warn", "no-op")


def load_manifest(settings: Settings) -> Mapping[str, Any]:
    """The manifest of the project as it stands; parses the project where the saved one is older. Raises DbtFailed."""
    if not is_parsed(settings):
        parse(settings)
    return json.loads((settings.dbt_target / "manifest.json").read_bytes())


def is_parsed(settings: Settings) -> bool:
    """Whether the saved manifest is that of the project as it stands."""
    mark, manifest = settings.dbt_target / "fingerprint", settings.dbt_target / "manifest.json"
    return mark.is_file() and manifest.is_file() and mark.read_text() == state.dbt_fingerprint(settings)


def parse(settings: Settings) -> None:
    """Parse the project for the builds of this process; save the manifest where it is not yet. Raises DbtFailed."""
    fingerprint, is_saved = state.dbt_fingerprint(settings), is_parsed(settings)
    _parsed[fingerprint] = _invoke(settings, ["parse", *(["--no-write-json"] if is_saved else [])], None)
    if not is_saved:
        (settings.dbt_target / "fingerprint").write_text(fingerprint)


def nodes(manifest: Mapping[str, Any]) -> list[Node]:
    """The models and seeds of the project, in the order of their ids."""
    addresses = _addresses(manifest)
    return [
        Node(
            unique_id=node["unique_id"],
            key=addresses[node["unique_id"]],
            deps=tuple(sorted({addresses[dep] for dep in _depends_on(node) if dep in addresses})),
            kind=node["resource_type"],
            description=node["description"],
            columns=tuple((c["name"], c.get("data_type") or "", c["description"]) for c in node["columns"].values()),
        )
        for _, node in sorted(manifest["nodes"].items())
        if node["unique_id"] in addresses
    ]


def tests(manifest: Mapping[str, Any]) -> list[Test]:
    """The data tests of the project; one of a source counts for the first model that reads that source."""
    made = nodes(manifest)
    by_id = {node.unique_id: node.key for node in made}
    addresses = _addresses(manifest)
    readers = {dep: node.key for node in reversed(made) for dep in node.deps}
    found = []
    for unique_id, node in sorted(manifest["nodes"].items()):
        if node["resource_type"] == "test" and node["config"].get("enabled", True):
            about = [node.get("attached_node"), *_depends_on(node)]
            keys = [by_id.get(item) or readers.get(addresses.get(item)) for item in about]
            if key := next(filter(None, keys), None):
                found.append(Test(unique_id, node["name"], key, node.get("description") or ""))
    return found


def _depends_on(node: Mapping[str, Any]) -> list[str]:
    return node.get("depends_on", {}).get("nodes", [])


def _addresses(manifest: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Schema and table of everything that has rows: models, seeds and the sources that Python writes."""
    built = {
        unique_id: (node["schema"], node.get("alias") or node["name"])
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in BUILT and node["config"].get("materialized") != "ephemeral"
    }
    sources = {name: (source["schema"], source["identifier"]) for name, source in manifest["sources"].items()}
    return built | sources


def build(settings: Settings) -> list[Outcome]:
    """Run every seed, model and data test on the build database. Raises DbtFailed where dbt itself cannot run.

    Unit tests are left to ``make test``. The database is closed again when this returns.
    """
    # Good for one build: dbt marks in it that ephemeral models are written out, and would leave them out of the next.
    manifest = _parsed.pop(state.dbt_fingerprint(settings), None)
    # The manifest has been written by load_manifest; writing it again costs more than half a second.
    left_out = [part for kind in ("unit_test", "exposure") for part in ("--exclude-resource-type", kind)]
    command = ["build", *left_out, "--no-write-json"]
    result = _invoke(settings, command, manifest, failing_is_fatal=False)
    return [
        Outcome(
            item.node.unique_id, str(item.status), " ".join(str(item.message or "").split()), item.failures or 0,
            item.execution_time, getattr(item.node, "compiled_code", None) or "",
        )
        for item in result.results
    ]  # fmt: skip


def column_types(settings: Settings) -> dict[tuple[str, str], dict[str, str]]:
    """The types of the columns of every table that has been built, by schema and table."""
    query = "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns"
    types: dict[tuple[str, str], dict[str, str]] = {}
    with warehouse.connect(settings.build_db) as connection:
        for schema, table, column, kind in connection.execute(query).fetchall():
            types.setdefault((schema, table), {})[column] = kind
    return types


def static_docs(settings: Settings) -> Path:
    """Make dbt's own documentation of the build database, as one page; returns it. Raises DbtFailed."""
    _invoke(settings, ["docs", "generate", "--static"], None)
    return settings.dbt_target / "static_index.html"


def _invoke(settings: Settings, command: list[str], manifest: Any, failing_is_fatal: bool = True) -> Any:
    with _environment(settings):
        from dbt.cli.main import dbtRunner

        settings.dbt_target.mkdir(parents=True, exist_ok=True)
        folders = {"project-dir": settings.dbt_project, "profiles-dir": settings.dbt_project,
                   "target-path": settings.dbt_target, "log-path": settings.dbt_target}  # fmt: skip
        options = [part for name, path in folders.items() for part in (f"--{name}", str(path))]
        flags = ["--no-version-check", "--no-send-anonymous-usage-stats", "--log-level", "none",
                 "--log-level-file", "warn"]
        try:
            outcome = dbtRunner(manifest=manifest).invoke([*command, *options, *flags])
        finally:
            _close_database()
    if outcome.exception or (failing_is_fatal and not outcome.success):
        reason = outcome.exception or "it gave no reason"
        raise DbtFailed(f"dbt {command[0]} failed: {reason}\nSee {settings.dbt_target / 'dbt.log'}.")
    return outcome.result


@contextmanager
def _environment(settings: Settings) -> Iterator[None]:
    """The environment that the project's profile reads: the build database; no telemetry."""
    wanted = {"FOI_BUILD_DB": str(settings.build_db), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def _close_database() -> None:
    """dbt keeps its connection for the next command; other processes need the file."""
    from dbt.adapters.factory import FACTORY, reset_adapters

    for adapter in list(FACTORY.adapters.values()):
        adapter.connections.cleanup_all()
        adapter.connections.close_all_connections()
    reset_adapters()
