"""Remembering what was worked out of short texts: labels, units and small figures come back in every report."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

REMEMBERED = 1 << 14
LONGEST = 200

T = TypeVar("T")


def remember(function: Callable[[str], T]) -> Callable[[str], T]:
    """A pure function of one text that keeps its last results; both bounds keep the memory of a long run flat, since
    long texts, which hardly come back, are not kept."""
    kept = lru_cache(maxsize=REMEMBERED)(function)

    @wraps(function)
    def remembering(text: str) -> T:
        return kept(text) if len(text) <= LONGEST else function(text)

    return remembering
