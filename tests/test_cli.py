"""The command line: what it says, what it exits with, and what it does not import."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.cli import main as cli
from orchestration.refresh.workbench import writer_lock
from orchestration.settings import SettingError, Settings

ROOT = Path(__file__).parents[1]
HEAVY = ("dagster", "dbt", "great_expectations", "pandas", "duckdb", "pyarrow", "rich")


@pytest.fixture
def foi(published, monkeypatch, capsys):
    """Run one command on the published warehouse; gives exit code, output and complaint."""
    for name in ("FOI_REPORTS_DIR", "FOI_BUILD_DIR", "FOI_MAX_FILE_MB", "FOI_WORKERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FOI_WAREHOUSE", str(published / "foi.duckdb"))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(arguments)
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("command", [
    "refresh", "backfill", "read", "explain", "status", "dictionary", "dev", "prepare", "issues", "accuracy",
])  # fmt: skip
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    assert len(capsys.readouterr().out) > 100


def test_the_help_names_every_exit_code(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    text = capsys.readouterr().out
    assert all(re.search(rf"\b{code}\b", text) for code in (0, 1, 2, 3, 4, 5, 6, 75, 130))


@pytest.mark.integration
def test_nothing_changed_means_nothing_imported_and_nothing_written(published):
    warehouse = published / "foi.duckdb"
    before = warehouse.stat()
    command = [sys.executable, "-X", "importtime", "-m", "orchestration.cli", "refresh", "--reports",
               str(published / "reports"), "--warehouse", str(warehouse)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Nothing has changed" in done.stdout
    imported = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert "orchestration" in imported
    assert not imported & set(HEAVY)
    assert warehouse.stat() == before or warehouse.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.integration
def test_status_tells_freshness_states_and_what_does_not_close(foi):
    code, out, _ = foi("status")
    assert code == 0
    assert re.search(r"last refresh  \d{4}-\d\d-\d\d .* ago", out)
    assert "5 files (5 read)" in out
    assert re.search(r"G2-3 .*52 .*44 .*8", out) and re.search(r"G2-12b .*9371 .*11347 .*-1976", out)


@pytest.mark.integration
def test_explain_shows_the_place_of_a_table_figure(foi):
    code, out, _ = foi("explain", "pingyang", "requests_received_online")
    assert code == 0
    assert "330326" in out
    lines = [line for line in out.splitlines() if "requests_received_online" in line]
    (cell,) = [line for line in lines if "characters" not in line]
    assert re.search(r"grid \d+, row \d+, column \d+ ", cell)


@pytest.mark.integration
def test_explain_shows_the_characters_of_a_prose_figure(foi):
    code, out, _ = foi("explain", "330000_zhejiang_2017.txt")
    assert code == 0
    assert len(re.findall(r"characters \d+–\d+", out)) >= 27


@pytest.mark.integration
def test_explain_says_which_reports_a_vague_name_means(foi):
    code, _, complaint = foi("explain", "2017")
    assert code == 3
    assert "is in the names of 4 reports" in complaint


@pytest.mark.integration
def test_what_is_not_there_is_named_with_what_to_do(foi, tmp_path):
    assert foi("explain", "atlantis")[0] == 3
    code, _, complaint = foi("explain", "pingyang", "no_such_indicator")
    assert code == 3 and "foi dictionary" in complaint
    code, _, complaint = foi("status", "--warehouse", str(tmp_path / "none.duckdb"))
    assert code == 3 and "run `foi refresh` first" in complaint


def test_read_shows_the_cells_of_a_document(capsys):
    (report,) = ROOT.glob("data/reports/*/330783_dongyang_2018.txt")
    assert cli.main(["read", str(report)]) == 0
    assert "form text" in capsys.readouterr().out


def test_read_names_the_file_that_it_cannot_read(tmp_path, capsys):
    assert cli.main(["read", str(tmp_path / "none.txt")]) == 3
    assert "none.txt cannot be read" in capsys.readouterr().err
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 10)
    assert cli.main(["read", str(tmp_path / "binary.txt")]) == 3
    assert "binary.txt" in capsys.readouterr().err


def test_dictionary_finds_indicators_by_code_and_by_label(capsys):
    assert cli.main(["dictionary", "requests_received_online"]) == 0
    assert "requests_received_online" in capsys.readouterr().out
    assert cli.main(["dictionary", "no such thing"]) == 3
    assert "no such thing" in capsys.readouterr().err


def test_a_landing_zone_that_is_not_there_is_exit_code_3(tmp_path, capsys):
    arguments = ["refresh", "--reports", str(tmp_path / "none"), "--warehouse", str(tmp_path / "foi.duckdb")]
    assert cli.main(arguments) == 3
    assert "--reports" in capsys.readouterr().err


def test_a_second_refresh_that_may_not_wait_is_exit_code_6(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("FOI_BUILD_DIR", raising=False)
    arguments = ["refresh", "--no-wait", "--reports", str(tmp_path), "--warehouse", str(tmp_path / "foi.duckdb")]
    with writer_lock(Settings.load(warehouse=tmp_path / "foi.duckdb", environment={}).lock_file):
        assert cli.main(arguments) == 6
    assert "another refresh" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["foi", "foi.db", "foi.v2.duckdb"])
def test_a_warehouse_needs_a_name_that_can_be_a_catalogs_name(tmp_path, name):
    assert cli.main(["status", "--warehouse", str(tmp_path / name)]) == 2


def test_settings_come_from_options_then_environment_then_defaults(tmp_path):
    environment = {"FOI_WAREHOUSE": str(tmp_path / "env.duckdb"), "FOI_MAX_FILE_MB": "2", "FOI_WORKERS": "3"}
    by_environment = Settings.load(environment=environment)
    assert by_environment.warehouse == tmp_path / "env.duckdb"
    assert (by_environment.max_file_bytes, by_environment.workers) == (2 * 1024**2, 3)
    by_option = Settings.load(warehouse=tmp_path / "option.duckdb", environment=environment)
    assert by_option.warehouse == tmp_path / "option.duckdb"
    assert Settings.load(environment={}).warehouse == ROOT / "data" / "foi.duckdb"
    with pytest.raises(SettingError, match="FOI_WORKERS"):
        Settings.load(environment={"FOI_WORKERS": "0"})
