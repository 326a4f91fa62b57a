"""The process in which dbt is imported: started early, asked to build when the raw tables are written.

dbt's import and the loading of its project take seconds; here they pass while the main process imports Dagster and
reads reports. Errors keep their kind: what is DbtFailed or OSError there (a full disk is tried again) is so here.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from orchestration import dbt
from orchestration.refresh.workbench import DbtFailed
from orchestration.settings import Settings
from orchestration.worker import Worker, WorkerError, serve

PLACES = ("warehouse", "build_dir", "project_root")
QUIET = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}


class DbtWorkerError(WorkerError, DbtFailed):
    """The process that runs dbt ended before it answered."""


class DbtWorker(Worker):
    """The process that parses and builds the dbt project of some settings."""

    name = "the dbt worker"
    failure = DbtWorkerError

    def parse(self) -> None:
        """Return once the manifest on disk is that of the project as it stands. Raises DbtFailed, OSError."""
        self._asked("parse")

    def build(self) -> list[dbt.Outcome]:
        """Run every seed, model and data test; see ``dbt.build``. Raises DbtFailed, OSError."""
        return [dbt.Outcome(**row) for row in self._asked("build")["outcomes"]]

    def _asked(self, what: str) -> dict[str, Any]:
        answer = self.ask({"do": what})
        if "errno" in answer:
            raise OSError(answer["errno"], answer["error"])
        if "error" in answer:
            raise DbtFailed(answer["error"])
        return answer


def start_worker(settings: Settings) -> DbtWorker:
    """Start the process that imports dbt, and return at once. Close it, or use it as a context."""
    places = json.dumps({name: str(getattr(settings, name)) for name in PLACES})
    return DbtWorker([sys.executable, "-m", "orchestration.dbt_worker", places], None, QUIET)


def _settings(places: str) -> Settings:
    given = {name: Path(path) for name, path in json.loads(places).items()}
    return replace(Settings.load(warehouse=given["warehouse"], environment={}), **given)


def main(places: str) -> None:
    """Serve the dbt project of the settings whose places are given as JSON."""
    settings = _settings(places)

    def warm_up() -> None:
        with suppress(DbtFailed):  # the request will fail likewise, and be answered with the reason
            dbt.parse(settings)

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        try:
            if request["do"] == "parse":
                dbt.load_manifest(settings)
                return {}
            return {"outcomes": [asdict(outcome) for outcome in dbt.build(settings)]}
        except DbtFailed as error:
            return {"error": str(error)}
        except OSError as error:
            return {"error": str(error), "errno": error.errno}

    serve(answer, warm_up)


if __name__ == "__main__":
    main(sys.argv[1])
