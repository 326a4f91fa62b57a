"""Build the jurisdiction seeds from the compiled lists (build time only; dbt and the warehouse never import this).

    python build_seeds.py DIRECTORY

DIRECTORY holds ``units_scd2.csv`` and ``changes.csv``, which ``compile_units.py`` wrote. What is changed on the way,
and nothing else: the central government gets a sentinel row; pinyin misreadings are corrected; the provinces get their
English names; a split is written as one row per successor; the loose kind of a prefecture that became a city is named;
boundaries that rest on the provisional 2025 list are marked.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
LAST_YEAR, FIRST_YEAR = 2025, 2008
UNIT_COLUMNS = [
    "jurisdiction_key", "code", "name", "name_short", "full_name", "pinyin", "name_en", "level", "type", "parent_code",
    "prefecture_code", "province_code", "valid_from_year", "valid_to_year", "is_current", "valid_from_open",
    "is_provisional",
]  # fmt: skip
CHANGE_COLUMNS = [
    "change_no", "year", "kind", "level", "old_code", "old_name", "old_parent", "new_code", "new_name", "how",
]  # fmt: skip

PROVINCES_EN = {
    "北京市": "Beijing", "天津市": "Tianjin", "河北省": "Hebei", "山西省": "Shanxi", "内蒙古自治区": "Inner Mongolia",
    "辽宁省": "Liaoning", "吉林省": "Jilin", "黑龙江省": "Heilongjiang", "上海市": "Shanghai", "江苏省": "Jiangsu",
    "浙江省": "Zhejiang", "安徽省": "Anhui", "福建省": "Fujian", "江西省": "Jiangxi", "山东省": "Shandong",
    "河南省": "Henan", "湖北省": "Hubei", "湖南省": "Hunan", "广东省": "Guangdong", "广西壮族自治区": "Guangxi",
    "海南省": "Hainan", "重庆市": "Chongqing", "四川省": "Sichuan", "贵州省": "Guizhou", "云南省": "Yunnan",
    "西藏自治区": "Tibet", "陕西省": "Shaanxi", "甘肃省": "Gansu", "青海省": "Qinghai", "宁夏回族自治区": "Ningxia",
    "新疆维吾尔自治区": "Xinjiang", "台湾省": "Taiwan", "香港特别行政区": "Hong Kong", "澳门特别行政区": "Macao",
}  # fmt: skip

# A character's reading in place names, with the names where it differs; corrects readings that a machine mixed up.
READINGS = {
    "都": ("du", {}), "朝": ("chao", {}), "长": ("chang", {"长子县": "zhang"}), "什": ("shi", {}),
    "勒": ("le", {}), "柏": ("bai", {}), "蚌": ("beng", {}), "尾": ("wei", {}), "曾": ("zeng", {}),
    "覃": ("qin", {}), "佛": ("fo", {}), "漯": ("luo", {}), "筠": ("jun", {}), "召": ("shao", {"南召县": "zhao"}),
    "峒": ("tong", {}), "伽": ("jia", {}),
}  # fmt: skip
PINYIN = {
    "六合区": "lu he qu", "南乐县": "nan le xian", "民乐县": "min le xian", "乐陵市": "lao ling shi",
    "穆棱市": "mu ling shi", "宕昌县": "tan chang xian",
}  # fmt: skip


def pinyin_of(name: str, reading: str) -> str:
    """The name's reading, syllables parted by blanks, with known misreadings corrected."""
    if name in PINYIN:
        return PINYIN[name]
    syllables = reading.split()
    if len(syllables) != len(name):
        return reading
    return " ".join(
        READINGS[sign][1].get(name, READINGS[sign][0]) if sign in READINGS else syllable
        for sign, syllable in zip(name, syllables, strict=True)
    )


def units(source: Path) -> Iterable[dict[str, object]]:
    """One row per dated version, the central government's sentinel first."""
    yield {
        "jurisdiction_key": f"000000@{FIRST_YEAR}", "code": "000000", "name": "中央", "name_short": "中央",
        "full_name": "中央", "pinyin": "zhong yang", "name_en": "Central government", "level": 0, "type": "中央",
        "valid_from_year": FIRST_YEAR, "valid_to_year": LAST_YEAR, "is_current": "true", "valid_from_open": "true",
        "is_provisional": "false",
    }  # fmt: skip
    for row in read(source / "units_scd2.csv"):
        begins, ends = int(row["valid_from_year"]), int(row["valid_to_year"])
        yield row | {
            "pinyin": pinyin_of(row["name"], row["pinyin"]),
            "name_en": PROVINCES_EN.get(row["name"]),
            "is_current": truth(row["is_current"] == "True"),
            "valid_from_open": truth(row["valid_from_open"] == "True"),
            "is_provisional": truth(begins == LAST_YEAR or ends == LAST_YEAR - 1),
        }


def changes(source: Path) -> Iterable[dict[str, object]]:
    """One row per predecessor and successor of a change."""
    for number, row in enumerate(read(source / "changes.csv"), start=1):
        kind = "撤地设市" if row["level"] == "2" and row["kind"] == "撤区设市" else row["kind"]
        for code, name in zip(row["new_codes"].split(";"), row["new_names"].split(";"), strict=True):
            yield row | {"change_no": number, "kind": kind, "new_code": code, "new_name": name}


def truth(value: bool) -> str:
    return "true" if value else "false"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(path: Path, columns: list[str], rows: Iterable[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    directory = Path(sys.argv[1])
    write(HERE / "seed_jurisdiction_units.csv", UNIT_COLUMNS, units(directory))
    write(HERE / "seed_jurisdiction_changes.csv", CHANGE_COLUMNS, changes(directory))
