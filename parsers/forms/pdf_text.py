"""From characters to lines, and from lines to paragraphs; what repeats in the margins is set apart."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from parsers.forms.pdf_page import UNKNOWN, Char, Page

_WORD_GAP = 0.18
"""Share of the line's height: a wider gap between characters is a blank. Narrow on purpose: two figures run together
would be a wrong figure, one figure drawn apart is merely none."""

_COLUMN_GAP = 1.5
_SAME_LINE = 0.5
_SAME_PRINT = 0.3
_FULL_LINE = 1.8
_INDENT = 0.8
_MARGIN_ZONE = 0.12
_BULLETS = re.compile(rf"^(?:{UNKNOWN}+(?![\d{UNKNOWN}]) *)+")
"""Unknown glyphs at a line's beginning, unless they may be digits of the figure there."""
_PAGE_NUMBER = re.compile(r"^\W*(\d{1,4})\W*$")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its text, page and extent in points; ``tabular`` when wide gaps set columns apart."""

    text: str
    page: int
    x0: float
    x1: float
    y: float
    height: float
    tabular: bool


def lines_of(chars: Sequence[Char], page: int) -> list[Line]:
    """The lines that characters form, from the top down."""
    lines = []
    for row in _rows(chars):
        text, tabular = _text(row)
        text = _BULLETS.sub("", text)
        y, x0, _, height, _, _ = row[0]
        if text:
            lines.append(Line(text, page, x0, max(map(_right, row)), y, height, tabular))
    return lines


def text_of(chars: Sequence[Char]) -> str:
    """The text of the lines that characters form, with line breaks between them."""
    if len(chars) == 1:
        return chars[0][4]
    return "\n".join(_text(row)[0] for row in _rows(chars))


def _rows(chars: Sequence[Char]) -> list[list[Char]]:
    """Characters by the lines that they form, each line from left to right."""
    rows: list[list[Char]] = []
    row: list[Char] = []
    last_y = last_height = -math.inf
    for char in sorted(chars):
        y, height = char[0], char[3]
        if y - last_y <= _SAME_LINE * (height if height < last_height else last_height):
            row.append(char)
        else:
            row = [char]
            rows.append(row)
        last_y, last_height = y, height
    for row in rows:
        # Of one height and without two at one place, they are sorted from the left already.
        if row[0][0] != row[-1][0] or len(set(map(_left, row))) < len(row):
            row.sort(key=_from_left)
    return rows


_left, _right, _from_left = itemgetter(1), itemgetter(2), itemgetter(1, 5)


def _text(row: list[Char]) -> tuple[str, bool]:
    """(one line's text with its blanks, whether wide gaps set columns apart in it)."""
    pieces, tabular = [], False
    last_x0 = last_x1 = math.inf
    last_text = ""
    for _, x0, x1, height, text, _ in row:
        gap = x0 - last_x1
        if gap > _WORD_GAP * height:
            pieces.append(" ")
            tabular = tabular or gap > _COLUMN_GAP * height
        elif text == last_text and x0 - last_x0 < _SAME_PRINT * (x1 - x0):
            continue  # drawn twice, to look bold
        pieces.append(text)
        last_x0, last_x1, last_text = x0, x1, text
    return "".join(pieces), tabular


def furniture(pages: Sequence[Page], lines: Sequence[Sequence[Line]]) -> set[Line]:
    """Page numbers, running heads and feet: the outermost lines in the margin zones.

    A line counts when the same text, figures aside, stands so on another page too, or when it is nothing but the
    number of its page; a figure that merely happens to stand low on a page does not.
    """
    candidates = []
    for page, own in zip(pages, lines, strict=False):
        top, bottom = page.box[1], page.box[3]
        zone = _MARGIN_ZONE * (bottom - top)
        if own and own[0].y < top + zone:
            candidates.append((page.number, "top", own[0]))
        if own and own[-1].y > bottom - zone:
            candidates.append((page.number, "bottom", own[-1]))
    offsets = Counter(offset for number, _, line in candidates if (offset := _offset(line, number)) is not None)
    shapes = Counter((side, round(line.y / 4), re.sub(r"\d+", "#", line.text)) for _, side, line in candidates)
    found = set()
    for number, side, line in candidates:
        offset = _offset(line, number)
        if offset is not None:
            if offset == 0 or offsets[offset] > 1:
                found.add(line)
        elif shapes[side, round(line.y / 4), re.sub(r"\d+", "#", line.text)] > 1:
            found.add(line)
    return found


def _offset(line: Line, page: int) -> int | None:
    """How far a line that is nothing but a number is from the number of its page."""
    match = _PAGE_NUMBER.match(line.text)
    return int(match.group(1)) - page if match else None


def paragraphs(lines: Sequence[Line], left: float, right: float) -> list[tuple[str, int]]:
    """(text, page) of each paragraph; a line goes on where it is full and the next one is not indented.

    ``left`` and ``right`` are the edges of the text on the pages. Lines with columns are never joined.
    """
    joined: list[tuple[str, int]] = []
    last: Line | None = None
    for line in lines:
        if last is not None and _goes_on(last, line, left, right):
            text, page = joined[-1]
            between = " " if _is_word(text[-1]) and _is_word(line.text[0]) else ""
            joined[-1] = (text + between + line.text, page)
        else:
            joined.append((line.text, line.page))
        last = line
    return joined


def _goes_on(last: Line, line: Line, left: float, right: float) -> bool:
    return (
        not last.tabular and not line.tabular
        and last.x1 > right - _FULL_LINE * last.height
        and last.x0 < left + 4 * last.height
        and abs(line.x0 - left) < _INDENT * line.height
        and abs(last.height - line.height) < 0.3 * line.height
        and (line.page != last.page or 0 < line.y - last.y < 3 * line.height)
    )


def _is_word(char: str) -> bool:
    return char.isascii() and char.isalnum()
