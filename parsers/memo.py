"""Remembering what was worked out of short texts: labels, units and small figures come back in every report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

REMEMBERED = 1 << 12
LONGEST = 200
MAX_CHARACTERS = 1 << 19
"""Of all texts that one function remembers; a hostile document fills no more."""

T = TypeVar("T")


class _Memory(dict[str, T], Generic[T]):
    """The results of a function by its text; begun anew when there are very many."""

    def __init__(self, function: Callable[[str], T]) -> None:
        super().__init__()
        self._function = function
        self._characters = 0

    def __missing__(self, text: str) -> T:
        result = self._function(text)
        if len(text) <= LONGEST:
            if len(self) >= REMEMBERED or self._characters >= MAX_CHARACTERS:
                self.clear()
                self._characters = 0
            self[text] = result
            self._characters += len(text)
        return result


def remember(function: Callable[[str], T]) -> Callable[[str], T]:
    """A pure function of one text that keeps its results; the bounds keep the memory of a long run flat, and long
    texts, which hardly come back, are not kept. To look a text up in a dictionary costs a fifth of calling a function
    of Python, and this is done for every cell."""
    return _Memory(function).__getitem__
