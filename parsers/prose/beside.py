"""Figures that stand beside another and share its phrase: last year's (较上年的48件), parts of it (省级部门40件)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from parsers.prose.scope import is_previous, is_tier
from parsers.prose.state import Carry, Mention, Piece
from parsers.prose.text import Sentence

_ENDS = re.compile(r"$|[,;:。、)|]")


def read_beside(clause: str, match: re.Match[str], value: Decimal | None, piece: Piece, sentence: Sentence,
                carry: Carry) -> Iterator[Mention]:
    """The mention that a number without a phrase of its own makes beside the ``latest`` figure, if it makes one: last
    year's figure of the same, or a part of it."""
    beside = carry.latest
    if beside is None or value is None or match["more"] or match["later"] or match["unit"] != beside.measure:
        return
    name = clause[opening(clause, carry):]
    begin = match.start() - len(name)
    place, printed = piece.printed(sentence, match.start(), match.end())
    found = beside._replace(value=value, qualifier=None, place=place, printed=printed, doubt="",
                            end=piece.at[match.end() - 1] + 1,
                            label=piece.printed(sentence, begin, match.start())[1] if name else beside.label)
    if not beside.doubt and _is_restated(clause, match, piece, carry, beside):
        yield found._replace(origin="prose_previous_year")
    elif _ENDS.match(piece.text, match.end()) and is_part(name, match.start(), piece, carry):
        yield as_part(found, beside)


def _is_restated(clause: str, match: re.Match[str], piece: Piece, carry: Carry, beside: Mention) -> bool:
    """Whether all that stands before a number names last year (and repeats the verb), and what follows compares or
    ends. After 其中, or beside what is of last year itself (上年结转), it is open what is meant."""
    book = carry.walk.book
    named = book.restated.fullmatch(clause)
    if named is None or (named["verb"] or "") not in beside.label or not is_previous(named["year"], carry.walk.doc) \
            or book.among.search(piece.text, 0, match.start()) or book.lead.search(beside.label):
        return False
    after = piece.text[match.end():match.end() + 4]
    return bool(_ENDS.match(after) or book.after_restated.match(after))


def is_part(name: str, start: int, piece: Piece, carry: Carry) -> bool:
    """Whether a number is that of a part of the ``whole``: ``name`` names tiers below what the report covers and
    nothing else, and 其中 (or a bracket) opens the parts. What another 其中 opens within them is none."""
    whole, book = carry.whole, carry.walk.book
    if whole is None or whole.qualifier or whole.doubt:
        return False
    opened = len(book.among.findall(piece.text, carry.whole_end, start))
    return (opened == 1 or (piece.is_inner and not opened)) and is_tier(name, whole.label, book)


def as_part(part: Mention, whole: Mention) -> Mention:
    """A mention as one that counts a part of another."""
    return part._replace(origin="prose_part", whole=whole, scope="part")


def opening(clause: str, carry: Carry) -> int:
    """Where a clause goes on behind the 其中 that may open it."""
    among = carry.walk.book.among.match(clause)
    return among.end() if among else 0
