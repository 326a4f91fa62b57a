"""Build ``seed_jurisdiction_area_codes.csv`` from the pinned package ``phonenumbers`` (build time only).

    python build_area_codes.py

Importing the package's geocoder takes seconds, so the warehouse never does: it reads the seed. The seed has one row
per area code and prefecture (or county directly under a province) that it serves. The package's prefixes drop the
last digit where all numbers below belong to one city (058 stands for 0580), so readers take the longest prefix.
``MANUAL`` adds what the package leaves out: shared codes, and codes given up when cities joined one numbering area.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

HERE = Path(__file__).parent
FORMER, SHARED = "former code, given up when numbering areas merged", "shares its neighbour's code"
NAMESAKE = "city and province share a name"
MANUAL = (
    ("0378", "410200", FORMER), ("0371", "410200", "joined Zhengzhou's numbering area"), ("0410", "211200", FORMER),
    ("0413", "210400", FORMER), ("0414", "210500", FORMER), ("0565", "341400", FORMER), ("0634", "371200", FORMER),
    ("0634", "370100", "former code of the districts that were Laiwu"), ("0732", "430300", FORMER),
    ("0733", "430200", FORMER), ("0731", "430200", "joined Changsha's numbering area"), ("0852", "520300", FORMER),
    ("0853", "520400", FORMER), ("0910", "610400", FORMER), ("0832", "512000", FORMER), ("0833", "511400", FORMER),
    ("0391", "419001", SHARED), ("0774", "451100", SHARED), ("0775", "450800", SHARED), ("0772", "451300", SHARED),
    ("0719", "429021", SHARED), ("0937", "620200", SHARED), ("0935", "620300", SHARED), ("0898", "460000", SHARED),
    ("0728", "429004", SHARED), ("0728", "429005", SHARED), ("0728", "429006", SHARED), ("0997", "659002", SHARED),
    ("0998", "659003", SHARED), ("0994", "659004", SHARED), ("0906", "659005", SHARED), ("0996", "659006", SHARED),
    ("0909", "659007", SHARED), ("0999", "659008", SHARED), ("0903", "659009", SHARED), ("0992", "659010", SHARED),
    ("0902", "659011", SHARED), ("010", "110000", NAMESAKE), ("021", "310000", NAMESAKE), ("022", "120000", NAMESAKE),
    ("023", "500000", NAMESAKE), ("0432", "220200", NAMESAKE),
    ("0558", "341600", SHARED), ("0879", "530800", SHARED), ("0887", "533400", SHARED),
)  # fmt: skip


def landline_places() -> dict[str, set[str]]:
    """Area-code prefix with its leading zero -> the Chinese place names that the package gives for it."""
    from phonenumbers.geodata import GEOCODE_DATA

    places: dict[str, set[str]] = {}
    for number, names in GEOCODE_DATA.items():
        if not number.startswith("86") or (number[2] == "1" and number != "8610") or "zh" not in names:
            continue
        digits = number[2:]
        code = "0" + (digits[:2] if digits[0] in "12" else digits[:3])
        places.setdefault(code, set()).update(re.split("[、,]", names["zh"]))
    return places


def main() -> None:
    with (HERE / "seed_jurisdiction_units.csv").open(encoding="utf-8", newline="") as lines:
        units = [row for row in csv.DictReader(lines) if row["level"] in "123"]
    provinces = {u["code"]: u for u in units if u["level"] == "1"}
    rows: set[tuple[str, str, str]] = {(code, unit, reason) for code, unit, reason in MANUAL}
    for code, places in landline_places().items():
        province = next((p for p in provinces.values() for place in places if place.startswith(p["name_short"])), None)
        for place in places:
            bare = place
            for prefix in (province["name"], province["name_short"]) if province else ():
                bare = bare.removeprefix(prefix) or bare
            found = {
                u["code"]
                for u in units
                if province
                and u["province_code"] == province["code"]
                and (u["level"] != "3" or u["parent_code"] == province["code"])
                and bare in (u["name"], u["name"][: len(bare)] if len(bare) > 1 and u["level"] == "2" else u["name"])
            }
            if not found and bare.endswith(("地区", "市")):  # a prefecture that has since become a city, or the reverse
                stem = bare.removesuffix("地区").removesuffix("市")
                found = {u["code"] for u in units if u["level"] == "2" and u["name_short"] == stem}
            stems = {u["name_short"] for u in units if u["code"] in found and u["level"] == "2"}
            found |= {u["code"] for u in units if u["level"] == "2" and u["name_short"] in stems
                      and u["province_code"] == province["code"]}  # fmt: skip
            rows |= {(code, unit, "phonenumbers") for unit in found}
            if not found:
                print("no unit for", code, place)
    known = set()
    with (HERE / "seed_jurisdiction_area_codes.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(("area_code_prefix", "jurisdiction_code", "source"))
        for code, unit, reason in sorted(rows, key=lambda row: (row[0], row[1], row[2] != "phonenumbers")):
            if (code, unit) not in known:
                writer.writerow((code, unit, reason))
            known.add((code, unit))


if __name__ == "__main__":
    main()
