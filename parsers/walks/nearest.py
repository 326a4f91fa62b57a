"""The nearest known labels of an unknown one: a suggestion for a maintainer, never a match."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from parsers.catalogue.model import Table
from parsers.labels import normalise

MIN_SCORE = 55.0


def nearest_labels(text: str, table: Table, count: int = 3) -> tuple[str, ...]:
    """Up to ``count`` labels of the table, nearest first, as ``code: label``."""
    choices = {f"{row.code}: {row.label}": normalise(row.label) for row in table.rows}
    hits = process.extract(normalise(text[:200]), choices, scorer=fuzz.ratio, limit=count, score_cutoff=MIN_SCORE)
    return tuple(name for _, _, name in hits)
