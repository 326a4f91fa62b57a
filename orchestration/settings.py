"""Where everything stands: options of the command line over FOI_ settings of the environment over defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[1]


class SettingError(ValueError):
    """A setting cannot be used; the message names it and says what would do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one refresh. Paths are absolute; nothing is created or read by making one."""

    reports_dir: Path
    warehouse: Path
    build_dir: Path
    max_file_bytes: int
    workers: int
    max_seconds: int
    max_memory_mb: int
    schedule: str
    project_root: Path = PROJECT_ROOT

    @classmethod
    def load(
        cls,
        reports_dir: str | Path | None = None,
        warehouse: str | Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Settings:
        """Read FOI_REPORTS_DIR, FOI_WAREHOUSE, FOI_BUILD_DIR, FOI_WORKERS, FOI_SCHEDULE, and the limits a document:
        FOI_MAX_FILE_MB, FOI_MAX_SECONDS, FOI_MAX_MEMORY_MB.

        The build folder stands beside the warehouse by default, so that publishing is a rename on one file system.
        Raises SettingError.
        """
        env = os.environ if environment is None else environment
        data = PROJECT_ROOT / "data"
        target = _absolute(warehouse or env.get("FOI_WAREHOUSE") or data / "foi.duckdb")
        if target.suffix != ".duckdb" or "." in target.stem:
            raise SettingError(
                f"FOI_WAREHOUSE (or --warehouse) is {target.name!r}: name it <name>.duckdb, without another dot, "
                "because DuckDB uses the name as the catalog's name"
            )
        if target.is_dir():
            raise SettingError(f"FOI_WAREHOUSE (or --warehouse) is a folder: {target}; give the path of a file")
        return cls(
            reports_dir=_absolute(reports_dir or env.get("FOI_REPORTS_DIR") or data / "reports"),
            warehouse=target,
            build_dir=_absolute(env.get("FOI_BUILD_DIR") or target.parent / "build"),
            max_file_bytes=_positive(env, "FOI_MAX_FILE_MB", 64) * 1024 * 1024,
            workers=_positive(env, "FOI_WORKERS", os.cpu_count() or 1),
            max_seconds=_positive(env, "FOI_MAX_SECONDS", 60),
            max_memory_mb=_positive(env, "FOI_MAX_MEMORY_MB", 2048),
            schedule=env.get("FOI_SCHEDULE") or "0 3 * * *",
        )

    @property
    def build_db(self) -> Path:
        """The database being built; it has the stem of the published file, as a file's stem is its catalog's name."""
        return self.build_dir / self.warehouse.name

    @property
    def state_file(self) -> Path:
        """What the published file was made from; written after publishing."""
        return self.build_dir / f"{self.warehouse.stem}.state.json"

    @property
    def pending_state_file(self) -> Path:
        """What the build file is being made from; becomes the state file once the build is published."""
        return self.build_dir / f"{self.warehouse.stem}.pending.json"

    @property
    def grid_cache(self) -> Path:
        """The grids of the documents read so far."""
        return self.build_dir / f"{self.warehouse.stem}.grids.sqlite"

    @property
    def lock_file(self) -> Path:
        """Held by the one refresh that may write."""
        return self.build_dir / f"{self.warehouse.stem}.lock"

    @property
    def docs_dir(self) -> Path:
        """The Data Docs of the last refresh."""
        return self.build_dir / "data_docs"

    @property
    def dbt_target(self) -> Path:
        """dbt's compiled project and manifest."""
        return self.build_dir / "dbt"

    @property
    def dagster_home(self) -> Path:
        """Dagster's run history: DAGSTER_HOME where it is set, else beside the build."""
        return Path(os.environ.get("DAGSTER_HOME") or self.build_dir / "dagster_home")

    @property
    def dbt_project(self) -> Path:
        """The folder of the dbt project; its profiles.yml stands in it."""
        return self.project_root / "dbt_project"

    @property
    def gazetteer(self) -> Path:
        """The dated administrative units by which issuers are resolved: the seed of dim_jurisdiction."""
        return self.dbt_project / "seeds" / "jurisdictions" / "seed_jurisdiction_units.csv"


def _absolute(path: str | Path) -> Path:
    return Path(path).expanduser().absolute()


def _positive(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise SettingError(f"{name} is {text!r}: give a whole number of at least 1")
    return int(text)
