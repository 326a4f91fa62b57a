"""Administrative units by year: their official names, everyday names and stems, and who stands above whom.

The rows come from the seed of ``dim_jurisdiction`` (one row per dated version); nothing here reads a report.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

_Entry = TypeVar("_Entry")
CENTRAL = "000000"
_SHORTENED = {"自治县": "县", "自治旗": "旗", "自治州": "州"}


@dataclass(frozen=True, slots=True)
class Unit:
    """One dated version of a province (level 1), prefecture (2) or county (3); years are inclusive."""

    code: str
    name: str
    stem: str
    full_name: str
    pinyin: str
    level: int
    kind: str
    parent: str
    prefecture: str
    province: str
    first_year: int
    last_year: int

    @property
    def line(self) -> frozenset[str]:
        """The codes of the unit itself and of all units above it."""
        return frozenset(filter(None, (self.code, self.parent, self.prefecture, self.province)))

    @property
    def is_province(self) -> bool:
        """A province or autonomous region, and no municipality, which is city and province in one."""
        return self.level == 1 and self.kind != "直辖市"

    def is_a(self, level: str) -> bool:
        """Whether its own offices call it so: 市 in 市财政局, 区 in 区教育局."""
        ending = next((long for long in ("地区", "自治区") if self.name.endswith(long)), self.name[-1])
        return ending == level

    def __str__(self) -> str:
        return f"{self.code} {self.full_name}"


@dataclass(frozen=True, slots=True)
class Names:
    """The units that a name may stand for in one year (or ever), by sort of name."""

    official: Mapping[str, tuple[Unit, ...]]
    everyday: Mapping[str, tuple[Unit, ...]]
    stems: Mapping[str, tuple[Unit, ...]]
    by_beginning: Mapping[str, tuple[str, ...]]

    def starting(self, text: str, start: int) -> Iterator[tuple[str, str, tuple[Unit, ...]]]:
        """(sort, name, units) of every name that begins at ``start``, longest first, official before everyday."""
        for name in self.by_beginning.get(text[start : start + 2], ()):
            if not text.startswith(name, start):
                continue
            official = self.official.get(name, ())
            if official:
                yield "official", name, official
            if everyday := tuple(unit for unit in self.everyday.get(name, ()) if unit not in official):
                yield "everyday", name, everyday
            if stems := self.stems.get(name):
                yield "stem", name, stems


class Units:
    """All dated versions, indexed by year on first use."""

    def __init__(self, rows: Iterable[Mapping[str, str]], aliases: Iterable[Mapping[str, str]] = ()) -> None:
        self.versions = tuple(_unit(row) for row in rows if row["code"] != CENTRAL)
        self.first_year = min((unit.first_year for unit in self.versions), default=0)
        self.last_year = max((unit.last_year for unit in self.versions), default=0)
        self._aliases: dict[str, list[str]] = {}
        for row in aliases:
            self._aliases.setdefault(row["jurisdiction_code"], []).append(row["alias"])
        self._official = {unit.name for unit in self.versions}
        self._by_year: dict[int, Names] = {}
        self._codes: dict[str, list[Unit]] = {}
        for unit in self.versions:
            self._codes.setdefault(unit.code, []).append(unit)

    def names(self, year: int) -> Names:
        """The names of one year; years outside the lists take the nearest year of the lists."""
        year = self.clamped(year)
        if year not in self._by_year:
            self._by_year[year] = self._index(u for u in self.versions if u.first_year <= year <= u.last_year)
        return self._by_year[year]

    def clamped(self, year: int) -> int:
        return min(max(year, self.first_year), self.last_year)

    @cached_property
    def ever(self) -> Names:
        """The names of all years."""
        return self._index(self.versions)

    def version(self, code: str, year: int | None) -> Unit | None:
        """The version of a code in a year, else its latest; None where the code never was one."""
        versions = self._codes.get(code, [])
        at = [u for u in versions if year is not None and u.first_year <= self.clamped(year) <= u.last_year]
        return (at or sorted(versions, key=lambda u: u.last_year)[-1:] or [None])[0]

    def has_units_below(self, unit: Unit, year: int | None) -> bool:
        """Whether counties stand below a unit in a year: a few prefectures have towns only."""
        at = self.last_year if year is None else self.clamped(year)
        return any(u.parent == unit.code and u.first_year <= at <= u.last_year for u in self.versions)

    def _index(self, units: Iterable[Unit]) -> Names:
        official: dict[str, list[Unit]] = {}
        everyday: dict[str, list[Unit]] = {}
        stems: dict[str, list[Unit]] = {}
        for unit in units:
            official.setdefault(unit.name, []).append(unit)
            for name in self._everyday_names(unit):
                everyday.setdefault(name, []).append(unit)
            if len(unit.stem) > 1 and unit.stem != unit.name and unit.stem[-1] not in "县区市旗盟":
                stems.setdefault(unit.stem, []).append(unit)
        by_beginning: dict[str, list[str]] = {}
        for name in sorted({*official, *everyday, *stems}, key=lambda name: (-len(name), name)):
            by_beginning.setdefault(name[:2], []).append(name)
        return Names(_frozen(official), _frozen(everyday), _frozen(stems), _frozen(by_beginning))

    def _everyday_names(self, unit: Unit) -> Iterator[str]:
        """The short forms in daily use: 大厂县 for 大厂回族自治县, 湘西州 for its prefecture, and the listed ones.

        Never a name that is or was some unit's official one: 东乡县 was a county, and not 东乡族自治县.
        """
        ending = next((end for end in _SHORTENED if unit.name.endswith(end)), None)
        shortened = {unit.stem + _SHORTENED[ending]} if ending and len(unit.stem) > 1 else set()
        yield from sorted((shortened | set(self._aliases.get(unit.code, ()))) - self._official)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a header line."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def below(units: Sequence[Unit], above: Sequence[Unit] | None) -> tuple[Unit, ...]:
    """The units that stand strictly below one of ``above``; all of them where ``above`` is None."""
    if above is None:
        return tuple(units)
    codes = {unit.code for unit in above}
    return tuple(unit for unit in units if unit.code not in codes and not codes.isdisjoint(unit.line))


def _unit(row: Mapping[str, str]) -> Unit:
    return Unit(
        code=row["code"],
        name=row["name"],
        stem=row["name_short"],
        full_name=row["full_name"],
        pinyin=row["pinyin"],
        level=int(row["level"]),
        kind=row["type"],
        parent=row["parent_code"],
        prefecture=row["prefecture_code"],
        province=row["province_code"],
        first_year=int(row["valid_from_year"]),
        last_year=int(row["valid_to_year"]),
    )


def _frozen(index: Mapping[str, list[_Entry]]) -> dict[str, tuple[_Entry, ...]]:
    return {name: tuple(entries) for name, entries in index.items()}
