"""The names of one department (``departments.yml``): which printed names mean which body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

ENDINGS = {"局": ("局",), "厅": ("厅",), "委员会": ("委员会", "委")}
OFFICE = ("办公室", "办")
BEFORE_AN_OFFICE = ("", "政府", "人民政府")
_LINKS = ("", "、", "与", "及")


def body_names(data: Mapping[str, Any]) -> dict[str, str]:
    """Every other name of a body to the one name that stands for all. Raises ValueError where one name means two
    bodies."""
    names: dict[str, str] = {}
    for body, printed in _pairs(data):
        if names.setdefault(printed, body) != body:
            raise ValueError(f"departments.yml: {printed} means both {names[printed]} and {body}")
    return {printed: body for printed, body in names.items() if printed != body}


def _pairs(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, others in data.get("departments", {}).items():
        for called, (ending, short) in product(_spellings(name, others), ENDINGS.items()):
            yield from ((name + ending, called + end) for end in short)
    for name, others in data.get("offices", {}).items():
        for before, called, end in product(BEFORE_AN_OFFICE, _spellings(name, others), OFFICE):
            yield name + OFFICE[0], before + called + end
    for name, others in data.get("bodies", {}).items():
        yield from ((name, called) for called in _spellings(name, others))


def _spellings(name: str, others: Sequence[str]) -> list[str]:
    """A name and its others, each also with what may stand in place of 和."""
    return [spelt for called in (name, *others)
            for spelt in (called, *(called.replace("和", link) for link in _LINKS if "和" in called))]
