"""The check worker: a process that dies, hangs or prints is reported or borne, and the main process stays light."""

from __future__ import annotations

import subprocess
import sys

import pytest

from orchestration.checks.suite import CheckWorkerError, Worker
from tests.checks_fixture import PROJECT


def test_a_worker_that_died_is_reported_with_the_end_of_its_log(tmp_path):
    dead = Worker([sys.executable, "-c", "import sys; print('out of luck', file=sys.stderr); sys.exit(3)"])
    with dead, pytest.raises(CheckWorkerError, match="(?s)(code 3|not running).*out of luck"):
        dead.run(tmp_path, tmp_path, "run-1")


def test_a_worker_that_hangs_is_ended_at_its_time_limit(tmp_path):
    slow = Worker([sys.executable, "-c", "import time; time.sleep(60)"], time_limit=0.2)
    with slow, pytest.raises(CheckWorkerError, match="more than 0.2 s"):
        slow.run(tmp_path, tmp_path, "run-1")


def test_noise_on_stdout_does_not_disturb_the_answers(tmp_path):
    program = (
        "import sys, os, types, json\n"
        "noisy = types.ModuleType('orchestration.checks.expectations')\n"
        "def check(request):\n    print('progress 100%'); os.system('echo more noise'); return []\n"
        "noisy.check, noisy.warm_up = check, lambda: print('warming up')\n"
        "sys.modules['orchestration.checks.expectations'] = noisy\n"
        "from orchestration.checks.worker import main\nmain()\n"
    )
    with Worker([sys.executable, "-c", program]) as noisy:
        assert noisy.run(tmp_path, tmp_path, "run-1") == []
        assert noisy.run(tmp_path, tmp_path, "run-1") == []


def test_the_main_process_does_not_import_great_expectations():
    heavy = "{'great_expectations', 'pandas', 'duckdb'}"
    code = f"import sys, orchestration.checks.suite; sys.exit(bool({heavy} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True)
