"""What pdfium knows of one page: characters with their boxes, and the rules (lines) that are drawn on it.

Coordinates are points, x to the right and y downwards (so y is mostly negative), turned so that the page's text reads
from left to right however the page or its text is rotated. Text that runs aslant (a watermark) is left out; a glyph of
which the font does not say what it prints is ``UNKNOWN``, and so is a digit that is struck through: a figure never
loses or gains a digit unseen.
"""

from __future__ import annotations

import ctypes
import math
import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from itertools import pairwise, repeat, starmap
from operator import itemgetter
from typing import NamedTuple

import pypdfium2.raw as pdfium

from parsers.forms.limits import MAX_RULES
from parsers.forms.pdf_calls import answers, bare
from parsers.forms.pdf_rules import PICTURE, THICKEST_RULE, drawn
from parsers.forms.pdf_unified import unified
from parsers.observation import UnreadableReport

_ANGLES_SAMPLED = 9
_FARTHEST = 1e5
_BLANKS = frozenset("\t\n\v\f\r \x85\xa0\xad\u200b\u2028\u2029\u3000\ufeff")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNMAPPED = re.compile("[\x00-\x08\x0e-\x1f\ue000-\uf8ff\ufffd-\uffff]")
_HYPHENS = frozenset("\x02\ufffe")
"""What pdfium writes for a hyphen at a line's end, which is not part of the word."""

UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_LONGEST_STRIKE = 80.0
"""Points; what is drawn through a figure, where a table's rule goes on."""
_MIDST = 0.2
"""Share of a line box's height, up and down from its middle."""
_ASLANT = math.sin(math.radians(2 * 10))
"""Of twice the angle: more than ten degrees from every upright direction."""


Char = tuple[float, float, float, float, str, int]
"""One printed character: middle height y, left x0, right x1, height of its line box, text, place in the stream.

A plain tuple in this order, so that sorting characters sorts them from the top down; thousands are made a page.
"""


class Rule(NamedTuple):
    """A drawn line: ``at`` is the y of a horizontal or the x of a vertical one, ``start`` and ``end`` run along it."""

    at: float
    start: float
    end: float


class Page(NamedTuple):
    """One page: its extent in points (x0, y0, x1, y1), its characters in stream order and its rules."""

    number: int
    box: tuple[float, float, float, float]
    chars: list[Char]
    turn: int
    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    picture: bool
    unmapped: int


_position = itemgetter(5)
_get_line_box = bare(pdfium.FPDFText_GetLooseCharBox)
_get_angle = bare(pdfium.FPDFText_GetCharAngle)


def read_page(page: ctypes.c_void_p, text: ctypes.c_void_p, number: int) -> Page:
    """Characters and rules of a page that pdfium has loaded. Raises ``UnreadableReport`` for too many rules."""
    turn = _prevailing_turn(text)
    box = _turned(turn, *_page_box(page))
    chars, unmapped = _characters(text, turn)
    horizontal, vertical, picture = _rules(page, turn, box)
    chars, strikes = _with_struck(chars, horizontal)
    horizontal = tuple(rule for rule in horizontal if rule not in strikes) if strikes else horizontal
    return Page(number, box, chars, turn, horizontal, vertical, picture, unmapped)


def quarter_turns(text: ctypes.c_void_p, position: int) -> int:
    """How often a character of the stream is turned by 90 degrees counter-clockwise, as drawn on its page."""
    return -round(_angle(text, position) / (math.pi / 2)) % 4


def _prevailing_turn(text: ctypes.c_void_p) -> int:
    """The turn of most of a sample of the page's characters."""
    count = pdfium.FPDFText_CountChars(text)
    votes = Counter(
        quarter_turns(text, position)
        for position in range(0, count, max(1, count // _ANGLES_SAMPLED))
        if not pdfium.FPDFText_IsGenerated(text, position)
    )
    return votes.most_common(1)[0][0] if votes else 0


def _turned(turn: int, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    """A box of pdfium's, whose y runs upwards, turned upright and flipped."""
    if turn == 1:
        return y0, x0, y1, x1
    if turn == 2:
        return -x1, y0, -x0, y1
    if turn == 3:
        return -y1, -x1, -y0, -x0
    return x0, -y1, x1, -y0


def _page_box(page: ctypes.c_void_p) -> tuple[float, float, float, float]:
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    return box.left, box.bottom, box.right, box.top


def _characters(text: ctypes.c_void_p, turn: int) -> tuple[list[Char], int]:
    """(printed characters in stream order, how many have no usable code)."""
    codes = unified(_codes(text, pdfium.FPDFText_CountChars(text)))
    printed = [position for position, code in enumerate(codes) if code not in _BLANKS]
    chars = [
        ((y0 + y1) / -2, x0, x1, y1 - y0, codes[position], position)
        for position, (x0, y1, x1, y0) in zip(
            printed, answers(_get_line_box, "4f", 1, printed, repeat(text)), strict=True)
        if -_FARTHEST < x0 <= x1 < _FARTHEST and -_FARTHEST < y0 <= y1 < _FARTHEST
    ]
    unmapped = len(_UNMAPPED.findall(codes))
    if unmapped:
        chars = [(*char[:4], UNKNOWN, char[5]) if _UNMAPPED.match(char[4]) else char for char in chars
                 if not _UNMAPPED.match(char[4]) or _is_drawn(text, char)]
    if turn:
        chars = [_turned_char(turn, char) for char in chars]
    chars = _without_aslant(text, chars)
    last = {char[3]: char for char in chars}
    samples = {int(char[3]): char for char in sorted(last.values(), key=_position)}
    untrue = {height for height, char in samples.items() if not _is_true_height(text, char)}
    if untrue:
        chars = [_by_glyph(text, char, turn) if int(char[3]) in untrue else char for char in chars]
    return chars, unmapped


def _turned_char(turn: int, char: Char) -> Char:
    y, x0, x1, height, code, position = char
    x0, y0, x1, y1 = _turned(turn, x0, -y - height / 2, x1, -y + height / 2)
    return (y0 + y1) / 2, x0, x1, y1 - y0, code, position


def _codes(text: ctypes.c_void_p, count: int) -> str:
    """One character for each position; a pair of surrogates stands whole at the first of its two positions."""
    buffer = (ctypes.c_ushort * (count + 1))()
    if pdfium.FPDFText_GetText(text, 0, count, buffer) == count + 1:
        units = bytes(buffer)[:2 * count].decode("utf-16-le", "surrogatepass")
        if len(units) == count:
            return _without_surrogates(units)
    units = "".join(
        chr(code if code <= sys.maxunicode else 0xFFFD)
        for code in (pdfium.FPDFText_GetUnicode(text, position) for position in range(count)))
    return _without_surrogates(units)


def _without_surrogates(units: str) -> str:
    with suppress(UnicodeEncodeError):  # asks for surrogates much faster than a pattern
        units.encode()
        return units
    codes = list(units)
    for position, (lead, trail) in enumerate(pairwise(units)):
        if "\ud800" <= lead < "\udc00" <= trail < "\ue000":
            codes[position] = (lead + trail).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
            codes[position + 1] = " "
    return _SURROGATE.sub("\ufffd", "".join(codes))


def _is_drawn(text: ctypes.c_void_p, char: Char) -> bool:
    """Whether a glyph without a code shows anything: a blank does not."""
    edges = [ctypes.c_double() for _ in range(4)]
    pdfium.FPDFText_GetCharBox(text, char[5], *edges)
    x0, x1, y0, y1 = (edge.value for edge in edges)
    return char[4] not in _HYPHENS and x1 > x0 and y1 > y0


def _without_aslant(text: ctypes.c_void_p, chars: list[Char]) -> list[Char]:
    """The characters but those that run aslant, unless most do; each of these is higher or lower than the one before,
    so that few others need asking."""
    asked = [*chars[:1], *(char for before, char in pairwise(chars) if before[0] != char[0])]
    aslant = {char[5] for char in asked if abs(math.sin(2 * _angle(text, char[5]))) > _ASLANT}
    return [char for char in chars if char[5] not in aslant] if 0 < 2 * len(aslant) < len(chars) else chars


def _with_struck(chars: list[Char], horizontal: Sequence[Rule]) -> tuple[list[Char], set[Rule]]:
    """The characters, with ``UNKNOWN`` for the digits that a short rule strikes through (taken back, not printed: what
    stands beside them is no figure for certain), and those rules, which are no table's."""
    short = sorted(rule for rule in horizontal if rule.end - rule.start < _LONGEST_STRIKE)
    strikes: set[Rule] = set()
    shown = []
    for char in chars if short else ():
        y, x0, x1, height, sign, position = char
        if sign.isdigit():
            middle, reach = (x0 + x1) / 2, _MIDST * height
            near = short[bisect_left(short, (y - reach,)):bisect_right(short, (y + reach, math.inf))]
            through = [rule for rule in near if rule.start <= middle <= rule.end]
            strikes.update(through)
            char = (y, x0, x1, height, UNKNOWN, position) if through else char
        shown.append(char)
    return shown if strikes else chars, strikes


def _angle(text: ctypes.c_void_p, position: int) -> float:
    """How far a character is turned, in radians, clockwise; upright where pdfium does not know."""
    angle = _get_angle(text, position)
    return angle if math.isfinite(angle) else 0.0


def _is_true_height(text: ctypes.c_void_p, char: Char) -> bool:
    """Whether a line box is as high as its font; in vertical writing pdfium forgets to scale it."""
    matrix, position = pdfium.FS_MATRIX(), char[5]
    if not pdfium.FPDFText_GetMatrix(text, position, matrix):
        return True
    size = pdfium.FPDFText_GetFontSize(text, position) * math.hypot(matrix.c, matrix.d)
    return 0.3 * size < char[3] < 3 * size


def _by_glyph(text: ctypes.c_void_p, char: Char, turn: int) -> Char:
    """The same character, by the box of what is drawn of it."""
    x0, x1, y0, y1 = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(text, char[5], x0, x1, y0, y1)
    x0, y0, x1, y1 = _turned(turn, x0.value, y0.value, x1.value, y1.value)
    if not (-_FARTHEST < x0 <= x1 < _FARTHEST and -_FARTHEST < y0 <= y1 < _FARTHEST):
        return char
    return (y0 + y1) / 2, x0, x1, y1 - y0, char[4], char[5]


def _rules(
    page: ctypes.c_void_p, turn: int, box: tuple[float, float, float, float]
) -> tuple[tuple[Rule, ...], tuple[Rule, ...], bool]:
    """(horizontal rules, vertical rules, whether a picture covers most of the page)."""
    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    picture = False
    area = (box[2] - box[0]) * (box[3] - box[1])
    for kind, boxes in drawn(page):
        for x0, y0, x1, y1 in starmap(partial(_turned, turn), boxes):
            width, height = x1 - x0, y1 - y0
            if kind == PICTURE:
                picture = picture or width * height > area / 2
            elif height <= THICKEST_RULE < width < _FARTHEST:
                horizontal.append(Rule((y0 + y1) / 2, x0, x1))
            elif width <= THICKEST_RULE < height < _FARTHEST:
                vertical.append(Rule((x0 + x1) / 2, y0, y1))
        if len(horizontal) + len(vertical) > MAX_RULES:
            raise UnreadableReport(f"A page draws more than the {MAX_RULES} lines allowed.")
    return tuple(horizontal), tuple(vertical), picture
