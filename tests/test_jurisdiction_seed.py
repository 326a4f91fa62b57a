"""The seeds of dim_jurisdiction: dated versions without gaps, parents in force, and a successor for all that ended."""

from __future__ import annotations

import csv
import itertools
from collections import Counter, defaultdict
from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[1] / "dbt_project" / "seeds" / "jurisdictions"
YEARS = range(2008, 2026)
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (SEEDS / f"seed_jurisdiction_{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def versions() -> dict[str, list[Row]]:
    """The versions of each code, earliest first."""
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows("units"), key=lambda row: row["valid_from_year"]):
        by_code[row["code"]].append(row)
    return by_code


def in_force(versions: dict[str, list[Row]], code: str, year: int) -> Row | None:
    return next((v for v in versions[code] if int(v["valid_from_year"]) <= year <= int(v["valid_to_year"])), None)


def test_versions_of_a_code_neither_overlap_nor_leave_a_gap(versions: dict[str, list[Row]]) -> None:
    """Each version begins the year after the one before it ended."""
    for code, dated in versions.items():
        for earlier, later in itertools.pairwise(dated):
            assert int(earlier["valid_to_year"]) + 1 == int(later["valid_from_year"]), code
        assert all(row["jurisdiction_key"] == f"{code}@{row['valid_from_year']}" for row in dated)


def test_parents_are_in_force_under_one_name_for_as_long_as_their_units(versions: dict[str, list[Row]]) -> None:
    """The name of a parent in a version's first year is its name in all of the version's years."""
    for row in rows("units"):
        for column in ("parent_code", "prefecture_code", "province_code"):
            if row[column] and row[column] != row["code"]:
                years = range(int(row["valid_from_year"]), int(row["valid_to_year"]) + 1)
                parents = [in_force(versions, row[column], year) for year in years]
                assert all(parents), row
                assert len({parent["name"] for parent in parents if parent}) == 1, row


def test_every_unit_but_provinces_and_the_centre_has_a_parent() -> None:
    """Levels are 0 to 3, and a parent stands above by level."""
    level = {row["code"]: row["level"] for row in rows("units")}
    for row in rows("units"):
        if row["level"] in ("0", "1"):
            assert row["parent_code"] == ""
        else:
            assert level[row["parent_code"]] < row["level"]


def test_there_is_one_central_sentinel() -> None:
    """Level 0 is the central government's, once, in force throughout."""
    central = [row for row in rows("units") if row["level"] == "0"]
    assert [(row["code"], row["name"], row["is_current"]) for row in central] == [("000000", "中央", "true")]


def test_every_unit_that_ended_has_a_successor_in_force(versions: dict[str, list[Row]]) -> None:
    """A code that leaves the lists has a change in that year, and each successor is in force then."""
    changed = {(row["old_code"], int(row["year"])) for row in rows("changes")}
    for code, dated in versions.items():
        last = int(dated[-1]["valid_to_year"])
        if last < YEARS[-1]:
            assert (code, last + 1) in changed
    for row in rows("changes"):
        successor = in_force(versions, row["new_code"], int(row["year"]))
        assert successor is not None and successor["name"] == row["new_name"]
        if row["old_code"]:
            predecessor = in_force(versions, row["old_code"], int(row["year"]) - 1)
            assert predecessor is not None and predecessor["name"] == row["old_name"]


def test_the_number_of_units_of_a_level_moves_only_by_listed_changes() -> None:
    """Year by year, units appear and vanish by the changes that are listed, and by nothing else."""
    units = rows("units")
    for year in YEARS[1:]:
        before = {r["code"] for r in units if int(r["valid_from_year"]) < year <= int(r["valid_to_year"]) + 1}
        after = {r["code"] for r in units if int(r["valid_from_year"]) <= year <= int(r["valid_to_year"])}
        listed = [row for row in rows("changes") if int(row["year"]) == year]
        assert before - after <= {row["old_code"] for row in listed}
        assert after - before <= {row["new_code"] for row in listed}


def test_the_counts_are_those_of_the_ministry() -> None:
    """In 2024: 34 provinces and 333 prefectures; within a parent, a name stands for one code."""
    current = [r for r in rows("units") if int(r["valid_from_year"]) <= 2024 <= int(r["valid_to_year"])]
    count = Counter(row["level"] for row in current)
    assert (count["1"], count["2"]) == (34, 333)
    assert max(Counter((row["parent_code"], row["name"]) for row in current).values()) == 1


def test_only_what_rests_on_the_2025_list_is_provisional() -> None:
    """两江新区 of 2025, and the two districts that it replaced."""
    assert {row["code"] for row in rows("units") if row["is_provisional"] == "true"} == {"500105", "500112", "500157"}


def test_everyday_names_and_area_codes_point_to_known_units(versions: dict[str, list[Row]]) -> None:
    """No alias is some unit's official name; every prefecture that exists today has an area code, or shares one."""
    official = {row["name"] for row in rows("units")}
    for row in rows("aliases"):
        assert row["jurisdiction_code"] in versions and row["alias"] not in official
    served = {row["jurisdiction_code"] for row in rows("area_codes")}
    assert served <= versions.keys()
    prefectures = {r["code"]: r for r in rows("units") if r["level"] == "2" and r["is_current"] == "true"}
    assert {code for code, row in prefectures.items() if not {code, row["province_code"]} & served} == set()


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("重庆市", "chong qing shi"),
        ("长治市", "chang zhi shi"),
        ("朝阳市", "chao yang shi"),
        ("六安市", "lu an shi"),
        ("都匀市", "du yun shi"),
        ("长子县", "zhang zi xian"),
        ("蔚县", "yu xian"),
        ("台州市", "tai zhou shi"),
    ],
)
def test_place_names_are_read_as_places(name: str, reading: str) -> None:
    """Characters of several readings have the one of the place."""
    assert {row["pinyin"] for row in rows("units") if row["name"] == name} == {reading}
