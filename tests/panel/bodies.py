"""Two hundred bodies of real units: all counties of a few cities; counties, bureaus and townships elsewhere."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from pathlib import Path

UNITS = Path(__file__).parents[2] / "dbt_project" / "seeds" / "jurisdictions" / "seed_jurisdiction_units.csv"
YEARS = range(2019, 2025)
CITIES = ("140300", "140500", "140600")
COUNT = 200
# Units whose real reports stand in the same build; the panel keeps to others.
REAL = ("320813", "330304", "330326", "330783", "430921")


@dataclass(frozen=True)
class Body:
    """One body: its unit, its kind, how many requests it has in a usual year, and the city whose report counts it."""

    code: str
    name: str
    kind: str
    scope: str
    level: float
    city: str | None = None


def bodies(seed: int) -> list[Body]:
    """The bodies of the panel, cities after their counties; units that changed in these years are left out."""
    rng = random.Random(f"bodies-{seed}")
    with UNITS.open(encoding="utf-8", newline="") as file:
        units = [row for row in csv.DictReader(file)
                 if row["level"] == "3" and row["parent_code"] and row["is_provisional"] == "false"]
    steady = [u for u in units if int(u["valid_from_year"]) <= YEARS[0] and int(u["valid_to_year"]) >= YEARS[-1]]
    inside = [u for u in steady if u["parent_code"] in CITIES]
    outside = [u for u in steady if u["prefecture_code"] and u["parent_code"] not in CITIES]
    rng.shuffle(outside)
    outside = [u for u in outside if u["code"] not in REAL]
    found = [Body(u["code"], "人民政府", "government", "consolidated", rng.lognormvariate(4, 1), u["parent_code"])
             for u in inside]
    found += [Body(code, "人民政府", "government", "consolidated", rng.lognormvariate(5, 0.5)) for code in CITIES]
    for unit in outside[: COUNT - len(found)]:
        kind = rng.choice(("government", "government", "department", "township"))
        name, scope, level = {
            "government": ("人民政府", "consolidated", rng.lognormvariate(4.2, 1)),
            "department": ("教育局", "own", rng.lognormvariate(2.5, 1)),
            "township": ("城关镇人民政府", "own", rng.lognormvariate(0.5, 0.8)),
        }[kind]
        found.append(Body(unit["code"], name, kind, scope, level))
    return found
