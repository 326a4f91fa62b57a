"""The real reports and their answer key, which stand beside the project and are never part of it."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[1].parent / "shared" / "reports"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the real reports (../shared/reports) are not here")

SAMPLES = ("pingyang_2017.txt", "ouhai_2017.txt", "dongyang_2018.txt", "nanxian_2017.txt", "zhejiang_2017.txt")
REAL = ("hongze_2023.pdf", "hongze_2024.pdf", "shanghai_general_office_2019.html")
# A heading row that carries a stray figure: an issue, not a figure (README of the reports).
HEADING = "sec9"


def report_path(name: str) -> Path:
    """Where a real report stands, whichever folder holds it."""
    return next(SHARED.glob(f"*/{name}"))


def answers() -> dict[str, dict[tuple[str, str], tuple[str, Decimal | None, str, str]]]:
    """File to (code, applicant) to (template, value, state, origin), headings left out."""
    found: dict[str, dict[tuple[str, str], tuple[str, Decimal | None, str, str]]] = defaultdict(dict)
    with (SHARED / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["code"] != HEADING:
                value = Decimal(row["value"]) if row["value"] else None
                found[row["file"]][row["code"], row["applicant"]] = (
                    row["template"], value, row["state"], row["origin"])
    return found
