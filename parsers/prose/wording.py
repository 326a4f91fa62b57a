"""How prose names the figures of one template: its heads, nouns and zeros, each compiled when it is first asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from parsers.memo import remember

DISPUTES = ("review", "lawsuit", "lawsuit_direct", "lawsuit_after_review")
"""The contexts in which results share their wordings."""

LOOKING_BACK = 4
"""Signs before a head that its pattern may look back on, at most."""

_LOOK_BEHIND = re.compile(r"\(\?<[!=](?:[^()]|\([^()]*\))*\)")
_ANY_SIGN = re.compile(r"(?<!\\)\.|\[\^|\\[wdsWDSbB]|\[[^\]]*[^0\[]-[^9\]][^\]]*\]")


@dataclass(frozen=True)
class Figure:
    """How prose names one indicator; ``codes`` by template. See the comments of phrases.yml for the fields."""

    codes: dict[str, str]
    measures: frozenset[str]
    family: str
    context: frozenset[str]
    among: bool
    linked: bool
    total: bool
    channel: bool
    excludes_carried: bool
    follows: bool
    apart: bool
    dispute: str
    weak: bool = False
    doubt: str = ""


class Head(NamedTuple):
    """What names the number that follows it: the figure, and where in its clause the head and the tail words begin."""

    figure: int
    start: int
    tail: int


class Wording:
    """The patterns of one template. ``entries`` are those of phrases.yml with the number of each figure in the book.

    Where they are asked for, ValueError is raised for a pattern with a group of its own, and for a head that leaves
    open in which signs it is written.
    """

    def __init__(self, entries: Sequence[tuple[int, Figure, dict[str, Any]]], fill: Callable[[str], str],
                 tail: str) -> None:
        self._entries, self._fill, self._tail = entries, fill, tail
        self._heads: dict[str, tuple[re.Pattern[str] | None, Callable[[str], Head | None]]] = {}
        self._is_head = remember(lambda end: self._any_head is not None and self._any_head.search(end) is not None)

    @cached_property
    def measures(self) -> frozenset[str]:
        """The measure words by which any figure may be counted."""
        return frozenset(measure for _, figure, _ in self._entries for measure in figure.measures)

    @cached_property
    def nouns(self) -> re.Pattern[str] | None:
        """The noun that follows number and measure word, at the beginning of the text. Groups f0, f1 … (figure)."""
        return self._union("nouns")

    @cached_property
    def zeros(self) -> re.Pattern[str] | None:
        """A wording of none at all, up to the end of its clause. Groups f0, f1 … (figure)."""
        return self._union("zero", suffix=r"(?:情况|事项|现象|案件|行为|的|件){0,4}\Z")

    def may_head(self, clause: str) -> bool:
        """Whether a clause ends in the head of any figure, whatever is spoken of."""
        begin = self._end_in_signs(clause)
        return begin < len(clause) and self._is_head(clause[max(0, begin - LOOKING_BACK):])

    def head(self, clause: str, context: str, after: int = 0) -> Head | None:
        """The head, with tail words only behind it, in which a clause ends: leftmost, so the longest phrase wins.

        ``context`` selects the results of reviews or of lawsuits, which share their wordings; "" all other phrases.
        """
        if context not in self._heads:
            heads = self._union("heads", rf"{self._tail}\Z", context)
            self._heads[context] = heads, remember(lambda end: _head(heads.search(end)) if heads else None)
        heads, head_of = self._heads[context]
        if after:
            return _head(heads.search(clause, after)) if heads else None
        cut = max(0, self._end_in_signs(clause) - LOOKING_BACK)  # such ends come back in many reports
        found = head_of(clause[cut:])
        return Head(found.figure, found.start + cut, found.tail + cut) if found else None

    @cached_property
    def _any_head(self) -> re.Pattern[str] | None:
        """What ``head`` finds in any context. It has no groups, so that most are told by their first sign."""
        heads = [_in_named_signs(self._fill(head)) for _, _, entry in self._entries for head in entry.get("heads", ())]
        return re.compile(rf"(?:{'|'.join(heads)}){self._tail}\Z") if heads else None

    @cached_property
    def _signs(self) -> str:
        """The signs in which heads are written: a few hundred, which their pattern names one by one."""
        return "".join(sorted({*self._any_head.pattern, *"0123456789"})) if self._any_head else ""

    def _end_in_signs(self, clause: str) -> int:
        """Where the end of a clause begins that is written in the signs of heads: no head begins before it."""
        return len(clause.rstrip(self._signs)) if self._signs else len(clause)

    def _union(self, key: str, suffix: str = "", context: str = "") -> re.Pattern[str] | None:
        groups = [f"(?P<f{number}>{'|'.join(map(self._fill, entry[key]))})" for number, figure, entry in self._entries
                  if key in entry and _is_asked_in(figure, context)]
        if not groups:
            return None
        union = re.compile(f"(?:{'|'.join(groups)}){suffix}")
        if union.groups != len(groups):
            raise ValueError(f"phrases.yml: a pattern of {key} captures a group of its own; write (?:…)")
        return union


def _in_named_signs(head: str) -> str:
    """A head's pattern, whose signs are all named one by one (but 0-9), so that ``_end_in_signs`` cuts off none."""
    if found := _ANY_SIGN.search(_LOOK_BEHIND.sub("", head)):
        raise ValueError(f"phrases.yml: the head {head} names no sign in {found[0]}; name them one by one")
    return head


def number_of(match: re.Match[str]) -> int:
    """Which figure of the book a pattern of several figures matched."""
    return int((match.lastgroup or "f")[1:])


def _head(found: re.Match[str] | None) -> Head | None:
    return Head(number_of(found), found.start(), found.end(found.lastgroup or "")) if found else None


def _is_asked_in(figure: Figure, context: str) -> bool:
    is_result = figure.family == "disputes" and bool(figure.context)
    return context in figure.context if is_result else not context
