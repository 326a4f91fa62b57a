"""Where everything stands: options of the command line over FOI_ settings of the environment over defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[1]
NIGHTLY = "0 3 * * *"
SENSOR_SECONDS = 60
ON, OFF = ("on", "true", "yes"), ("off", "false", "no", "")


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
    dagster_home: Path
    schedule: str = NIGHTLY
    is_scheduled: bool = False
    sensor_seconds: int = SENSOR_SECONDS
    is_watching: bool = False
    fresh_hours: int = 36
    retries: int = 3
    retry_seconds: int = 5
    kept_runs: int = 50
    # An address may hold a password, so it is shown nowhere.
    notify_webhook: str | None = field(default=None, repr=False)
    notify_mail: str | None = field(default=None, repr=False)
    log_format: str = "text"
    # Records of reviewers that stand outside the project; None where its seeds hold them all.
    records_dir: Path | None = None
    project_root: Path = PROJECT_ROOT

    @classmethod
    def load(
        cls,
        reports_dir: str | Path | None = None,
        warehouse: str | Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Settings:
        """Read the settings; README lists them with what they mean and their defaults.

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
        build_dir = _absolute(env.get("FOI_BUILD_DIR") or target.parent / "build")
        return cls(
            reports_dir=_absolute(reports_dir or env.get("FOI_REPORTS_DIR") or data / "reports"),
            warehouse=target,
            build_dir=build_dir,
            dagster_home=_absolute(env.get("DAGSTER_HOME") or build_dir / "dagster_home"),
            max_file_bytes=_positive(env, "FOI_MAX_FILE_MB", 64) * 1024 * 1024,
            workers=_positive(env, "FOI_WORKERS", os.cpu_count() or 1),
            max_seconds=_positive(env, "FOI_MAX_SECONDS", 60),
            max_memory_mb=_positive(env, "FOI_MAX_MEMORY_MB", 2048),
            **_automation(env),
            fresh_hours=_positive(env, "FOI_FRESH_HOURS", 36),
            retries=_whole(env, "FOI_RETRIES", 3),
            retry_seconds=_positive(env, "FOI_RETRY_SECONDS", 5),
            kept_runs=_positive(env, "FOI_KEPT_RUNS", 50),
            notify_webhook=_address(env, "FOI_NOTIFY_WEBHOOK", ("http", "https")),
            notify_mail=_address(env, "FOI_NOTIFY_MAIL", ("smtp", "smtps")),
            log_format=_one_of(env, "FOI_LOG", ("text", "json")),
            records_dir=_absolute(env["FOI_RECORDS_DIR"]) if env.get("FOI_RECORDS_DIR") else None,
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
    def runs_log(self) -> Path:
        """What became of every run, the failed ones included: one JSON line each, the oldest dropped in the end."""
        return self.build_dir / f"{self.warehouse.stem}.runs.jsonl"

    @property
    def standing_file(self) -> Path:
        """How the last run ended and whether one is on its way (``journal.Standing``)."""
        return self.build_dir / f"{self.warehouse.stem}.standing.json"

    @property
    def log_file(self) -> Path:
        """The structured log: one JSON line an event, rotated."""
        return self.build_dir / f"{self.warehouse.stem}.log.jsonl"

    @property
    def quarantine_file(self) -> Path:
        """What a person decided of single reports: held back, or released for another reading."""
        return self.build_dir / f"{self.warehouse.stem}.quarantine.csv"

    @property
    def docs_dir(self) -> Path:
        """The Data Docs of the last refresh."""
        return self.build_dir / "data_docs"

    @property
    def dbt_target(self) -> Path:
        """dbt's compiled project and manifest."""
        return self.build_dir / "dbt"

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


def _automation(env: Mapping[str, str]) -> dict[str, object]:
    """What runs by itself: FOI_SCHEDULE is on, off or a cron line, FOI_SENSOR is on, off or a number of seconds."""
    schedule, sensor = env.get("FOI_SCHEDULE", "").strip(), env.get("FOI_SENSOR", "").strip()
    named = schedule.lower() in (*ON, *OFF)
    if not named and len(schedule.split()) != 5:
        raise SettingError(f"FOI_SCHEDULE is {schedule!r}: give on, off, or a cron line of five fields (UTC)")
    watched = sensor.lower() in ON or (sensor.isdecimal() and int(sensor) > 0)
    if not watched and sensor.lower() not in OFF:
        raise SettingError(f"FOI_SENSOR is {sensor!r}: give on, off, or the seconds between two looks")
    return {
        "schedule": NIGHTLY if named else schedule,
        "is_scheduled": schedule.lower() not in OFF,
        "sensor_seconds": int(sensor) if watched and sensor.isdecimal() else SENSOR_SECONDS,
        "is_watching": watched,
    }


def _address(env: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    """An address of one of the schemes; the complaint does not repeat it, since it may hold a password."""
    text = env.get(name, "").strip()
    if text and not any(text.startswith(f"{scheme}://") and len(text) > len(scheme) + 3 for scheme in schemes):
        raise SettingError(f"{name} cannot be used: give an address that begins with {'://… or '.join(schemes)}://…")
    return text or None


def _one_of(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    text = env.get(name) or choices[0]
    if text not in choices:
        raise SettingError(f"{name} is {text!r}: give {' or '.join(choices)}")
    return text


def _positive(env: Mapping[str, str], name: str, default: int) -> int:
    return _whole(env, name, default, least=1)


def _whole(env: Mapping[str, str], name: str, default: int, least: int = 0) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or int(text) < least:
        raise SettingError(f"{name} is {text!r}: give a whole number of at least {least}")
    return int(text)
