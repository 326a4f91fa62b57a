"""The workers: a process that dies, hangs or prints is reported or borne, none outlives its refresh, and the main
process stays light."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from orchestration.checks.suite import CheckWorker, CheckWorkerError
from orchestration.dbt import load_manifest
from orchestration.dbt_worker import DbtWorker
from orchestration.dbt_worker import start_worker as start_dbt
from orchestration.operate.faults import is_passing
from orchestration.refresh.workbench import DbtFailed
from orchestration.settings import Settings
from tests.checks_fixture import PROJECT
from tests.processes import is_running


def test_a_worker_that_died_is_reported_with_the_end_of_its_log(tmp_path):
    dead = CheckWorker([sys.executable, "-c", "import sys; print('out of luck', file=sys.stderr); sys.exit(3)"])
    with dead, pytest.raises(CheckWorkerError, match="(?s)(code 3|not running).*out of luck"):
        dead.run(tmp_path, tmp_path, "run-1")


def test_a_worker_that_hangs_is_ended_at_its_time_limit(tmp_path):
    slow = CheckWorker([sys.executable, "-c", "import time; time.sleep(60)"], time_limit=0.2)
    with slow, pytest.raises(CheckWorkerError, match="more than 0.2 s"):
        slow.run(tmp_path, tmp_path, "run-1")


def test_noise_on_stdout_does_not_disturb_the_answers(tmp_path):
    program = (
        "import sys, os, types, json\n"
        "noisy = types.ModuleType('orchestration.checks.expectations')\n"
        "def check(request):\n    print('progress 100%'); os.system('echo more noise'); return []\n"
        "noisy.check, noisy.warm_up = check, lambda: print('warming up')\n"
        "sys.modules['orchestration.checks.expectations'] = noisy\n"
        "from orchestration.checks.worker import answer, warm_up\n"
        "from orchestration.worker import serve\nserve(answer, warm_up)\n"
    )
    with CheckWorker([sys.executable, "-c", program]) as noisy:
        assert noisy.run(tmp_path, tmp_path, "run-1") == []
        assert noisy.run(tmp_path, tmp_path, "run-1") == []


def test_a_worker_ends_with_a_main_process_that_was_killed_in_the_middle_of_its_work(tmp_path):
    busy = (
        "import time\nfrom orchestration.worker import serve\n"
        "serve(lambda request: time.sleep(60) or {}, lambda: None)\n"
    )
    asking = (
        "import sys, os, threading\nfrom orchestration.worker import Worker\n"
        f"worker = Worker([sys.executable, '-c', {busy!r}])\n"
        "threading.Thread(target=worker.ask, args=({},), daemon=True).start()\n"
        "print(worker._process.pid, flush=True)\nsys.stdin.readline()\n"
    )
    main = subprocess.Popen([sys.executable, "-c", asking], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    worker = int(main.stdout.readline())
    assert is_running(worker)
    main.kill()
    main.wait()
    for _ in range(300):
        if not is_running(worker):
            return
        time.sleep(0.1)
    pytest.fail("the worker outlives the refresh that started it")


def test_a_dbt_worker_says_why_dbt_failed_and_stays_of_use(tmp_path):
    project = tmp_path / "project"
    shutil.copytree(PROJECT / "dbt_project", project / "dbt_project", ignore=shutil.ignore_patterns("target", "logs"))
    broken = project / "dbt_project" / "models" / "main" / "broken.sql"
    broken.write_text("select 1 from {{ ref('no_such_model') }}")
    settings = Settings.load(tmp_path, tmp_path / "foi.duckdb", environment={})
    with start_dbt(replace(settings, project_root=project)) as worker:
        with pytest.raises(DbtFailed, match=r"no_such_model.*\nSee .*dbt\.log"):
            worker.parse()
        assert "no_such_model" in (settings.dbt_target / "dbt.log").read_text()
        broken.unlink()
        worker.parse()
        assert "model.foi.fact_foi_requests" in load_manifest(replace(settings, project_root=project))["nodes"]


def test_a_dbt_worker_that_was_killed_is_a_failure_of_dbt_and_a_full_disk_there_is_one_here(monkeypatch):
    killed = DbtWorker([sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
    with killed, pytest.raises(DbtFailed, match="the dbt worker (ended with code -9|is not running)"):
        killed.build()
    monkeypatch.setattr(DbtWorker, "ask", lambda self, request: {"error": "No space left", "errno": errno.ENOSPC})
    with pytest.raises(OSError, match="No space left") as full:
        killed.parse()
    assert is_passing(full.value)


@pytest.mark.parametrize(("module", "heavy"), [
    ("orchestration.checks.suite", {"great_expectations", "pandas", "duckdb"}),
    ("orchestration.definitions, orchestration.dbt_worker", {"dbt", "great_expectations", "pandas"}),
])
def test_what_a_refresh_is_made_of_leaves_heavy_libraries_to_the_workers(module, heavy):
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
