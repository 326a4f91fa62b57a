"""Cutting labels, the same way in every form."""

from __future__ import annotations

from random import Random

from tests.generator.document import Box


def lines(box: Box, mess: frozenset[str], rng: Random) -> list[str]:
    """The label in one line, or, with ``split_labels``, a long one in two; figures stay whole."""
    if "split_labels" not in mess or box.kind == "figure" or len(box.text) < 6 or rng.random() < 0.4:
        return [box.text]
    return cut(box.text, rng)


def spans(text: str, mess: frozenset[str], rng: Random) -> list[str]:
    """The text in up to three runs, with ``spans``; numbers may be cut too, as editors do."""
    if "spans" not in mess or len(text) < 3 or rng.random() < 0.3:
        return [text]
    first, rest = cut(text, rng)
    return [first, *(cut(rest, rng) if len(rest) > 2 else [rest])]


def cut(text: str, rng: Random) -> list[str]:
    at = rng.randint(1, len(text) - 1)
    return [text[:at], text[at:]]
