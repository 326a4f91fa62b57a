"""The layers hold: what may import what, how long a file may be, and what may never stand in the project."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FORBIDDEN_IN_PARSERS = {"dagster", "duckdb", "dbt", "pandas", "great_expectations", "orchestration", "socket", "urllib",
                        "http", "requests", "tests"}
MAX_LINES = 400


def tracked(*patterns: str) -> list[Path]:
    """Files in git (or about to be), by pattern."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def imports(path: Path) -> set[str]:
    """Top-level packages that a file imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", tracked("parsers/*.py", "parsers/**/*.py"), ids=lambda p: str(p.relative_to(ROOT)))
def test_the_parsers_know_nothing_above_them(path: Path) -> None:
    assert not imports(path) & FORBIDDEN_IN_PARSERS


def test_a_form_module_knows_no_chinese() -> None:
    for path in tracked("parsers/forms/*.py"):
        text = path.read_text(encoding="utf-8")
        strings = [n.value for n in ast.walk(ast.parse(text))
                   if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        documented = {ast.get_docstring(n, clean=False) for n in ast.walk(ast.parse(text))
                      if isinstance(n, (ast.Module, ast.FunctionDef, ast.ClassDef))}
        # The byte order of UTF-16 is told by the commonest signs of Chinese text: no label of a form.
        words = [s for s in strings if s not in documented and len([c for c in s if "\u4e00" <= c <= "\u9fff"]) > 1]
        assert path.name == "decode.py" or not words, (path.name, words)


def test_no_form_and_no_place_is_named_in_the_walks() -> None:
    for path in tracked("parsers/walks/*.py", "parsers/observe.py"):
        assert not any(code in path.read_text(encoding="utf-8") for code in ('"G1"', '"G2"', '"G3"', '"G4"')), path.name


@pytest.mark.parametrize("path", tracked("*.py", "**/*.py"), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_python_file_is_longer_than_a_reader_can_follow(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_every_package_says_what_lives_there() -> None:
    for path in tracked("parsers/__init__.py", "parsers/*/__init__.py", "orchestration/__init__.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_no_address_of_a_registry_and_no_path_of_a_machine_is_in_the_project() -> None:
    forbidden = ("/".join(("", "simple", "")), "files.python" + "hosted", "pypi" + ".org", "/ro" + "ot/", "/wo" + "rk/")
    for path in tracked():
        if path.suffix in (".py", ".md", ".toml", ".lock", ".txt", ".in", ".yml", ".yaml", ".sql", "") \
                or path.name == "Makefile":
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not [word for word in forbidden if word in text], path.relative_to(ROOT)


def test_every_command_is_in_the_readme_and_has_help() -> None:
    from orchestration.cli.main import build_parser

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (commands,) = [a for a in build_parser()._actions if a.__class__.__name__ == "_SubParsersAction"]
    for choice in commands._choices_actions:
        assert choice.help
        assert f"`foi {choice.dest}" in readme, choice.dest


def test_every_target_of_the_makefile_that_the_readme_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in ("refresh", "test", "dev", "bench", "lint", "lock"):
        assert f"\n{target}:" in makefile
    assert all(f"make {target}" in readme for target in ("refresh", "test", "dev"))
