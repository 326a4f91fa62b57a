"""What pdfium knows of one page: characters with their boxes, and the rules (lines) that are drawn on it.

Coordinates are points, x to the right and y downwards (so y is mostly negative), turned so that the page's text reads
from left to right however the page or its text is rotated.
"""

from __future__ import annotations

import ctypes
import math
import re
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise, repeat
from typing import NamedTuple

import pypdfium2.raw as pdfium

from parsers.forms.limits import MAX_RULES
from parsers.observation import UnreadableReport

THICKEST_RULE = 3.0
"""Points; what is drawn thicker is a box or a shade, not a rule."""

_DEEPEST_FORM = 5
_BOX_SEGMENTS = 5
_ANGLES_SAMPLED = 9
_FARTHEST = 1e5
_TEXT = pdfium.FPDF_PAGEOBJ_TEXT
_MOVE_TO = pdfium.FPDF_SEGMENT_MOVETO
_BLANKS = frozenset("\t\n\v\f\r \x85\xa0\xad\u200b\u2028\u2029\u3000\ufeff")
_SURROGATE = re.compile("[\ud800-\udfff]")


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


def _direct(function: Callable, result: type, *arguments: type) -> Callable:
    """The same library function taking and giving plain integers for pointers: it is called for every character."""
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value)


_get_line_box = _direct(
    pdfium.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_get_object = _direct(pdfium.FPDFPage_GetObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_get_bounds = _direct(pdfium.FPDFPageObj_GetBounds, ctypes.c_int, *[ctypes.c_void_p] * 5)
_count_segments = _direct(pdfium.FPDFPath_CountSegments, ctypes.c_int, ctypes.c_void_p)
_get_draw_mode = _direct(pdfium.FPDFPath_GetDrawMode, ctypes.c_int, *[ctypes.c_void_p] * 3)
_get_segment = _direct(pdfium.FPDFPath_GetPathSegment, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_get_point = _direct(pdfium.FPDFPathSegment_GetPoint, ctypes.c_int, *[ctypes.c_void_p] * 3)
_get_segment_kind = _direct(pdfium.FPDFPathSegment_GetType, ctypes.c_int, ctypes.c_void_p)
_is_closing = _direct(pdfium.FPDFPathSegment_GetClose, ctypes.c_int, ctypes.c_void_p)
_get_kind = _direct(pdfium.FPDFPageObj_GetType, ctypes.c_int, ctypes.c_void_p)


def read_page(page: ctypes.c_void_p, text: ctypes.c_void_p, number: int) -> Page:
    """Characters and rules of a page that pdfium has loaded. Raises ``UnreadableReport`` for too many rules."""
    turn = _prevailing_turn(text)
    box = _turned(turn, *_page_box(page))
    chars, unmapped = _characters(text, turn)
    horizontal, vertical, picture = _rules(page, turn, box)
    return Page(number, box, chars, turn, horizontal, vertical, picture, unmapped)


def quarter_turns(text: ctypes.c_void_p, position: int) -> int:
    """How often a character of the stream is turned by 90 degrees counter-clockwise, as drawn on its page."""
    angle = pdfium.FPDFText_GetCharAngle(text, position)  # in radians, clockwise
    return -round(angle / (math.pi / 2)) % 4 if math.isfinite(angle) else 0


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
    count = pdfium.FPDFText_CountChars(text)
    codes = _codes(text, count)
    chars = [
        ((y0 + y1) / -2, x0, x1, y1 - y0, code, position)
        for position, (code, (x0, y0, x1, y1)) in enumerate(zip(codes, _line_boxes(text, count), strict=False))
        if code not in _BLANKS and -_FARTHEST < x0 <= x1 < _FARTHEST and -_FARTHEST < y0 <= y1 < _FARTHEST
    ]
    unmapped = 0
    if any(map(_is_unmapped, set(codes))):
        unmapped = sum(map(_is_unmapped, codes))
        chars = [char for char in chars if not _is_unmapped(char[4])]
    if turn:
        chars = [_turned_char(turn, char) for char in chars]
    samples = {int(char[3]): char for char in chars}
    untrue = {height for height, char in samples.items() if not _is_true_height(text, char)}
    if untrue:
        chars = [_by_glyph(text, char, turn) if int(char[3]) in untrue else char for char in chars]
    return chars, unmapped


def _line_boxes(text: ctypes.c_void_p, count: int) -> Iterable[tuple[float, float, float, float]]:
    """The line box of every character of a page: (left, bottom, right, top)."""
    boxes = (pdfium.FS_RECTF * count)()
    start, size = ctypes.addressof(boxes), ctypes.sizeof(pdfium.FS_RECTF)
    handle = ctypes.cast(text, ctypes.c_void_p).value
    deque(map(_get_line_box, repeat(handle), range(count), range(start, start + size * count, size)), maxlen=0)
    edges = memoryview(boxes).cast("B").cast("f").tolist()
    return zip(edges[0::4], edges[3::4], edges[2::4], edges[1::4], strict=False)


def _is_unmapped(code: str) -> bool:
    return code not in _BLANKS and (code < " " or "\ue000" <= code < "\uf900" or code in "\ufffd\ufffe\uffff")


def _turned_char(turn: int, char: Char) -> Char:
    y, x0, x1, height, code, position = char
    x0, y0, x1, y1 = _turned(turn, x0, -y - height / 2, x1, -y + height / 2)
    return (y0 + y1) / 2, x0, x1, y1 - y0, code, position


def _codes(text: ctypes.c_void_p, count: int) -> Sequence[str]:
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


def _without_surrogates(units: str) -> Sequence[str]:
    if not _SURROGATE.search(units):
        return units
    codes = list(units)
    for position, (lead, trail) in enumerate(pairwise(units)):
        if "\ud800" <= lead < "\udc00" <= trail < "\ue000":
            codes[position] = (lead + trail).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
            codes[position + 1] = " "
    return ["\ufffd" if _SURROGATE.match(code) else code for code in codes]


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
    for kind, (x0, y0, x1, y1) in _drawn(page):
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            picture = picture or (x1 - x0) * (y1 - y0) > area / 2
            continue
        x0, y0, x1, y1 = _turned(turn, x0, y0, x1, y1)
        width, height = x1 - x0, y1 - y0
        if height <= THICKEST_RULE < width < _FARTHEST:
            horizontal.append(Rule((y0 + y1) / 2, x0, x1))
        elif width <= THICKEST_RULE < height < _FARTHEST:
            vertical.append(Rule((x0 + x1) / 2, y0, y1))
        if len(horizontal) + len(vertical) > MAX_RULES:
            raise UnreadableReport(f"A page draws more than the {MAX_RULES} lines allowed.")
    return tuple(horizontal), tuple(vertical), picture


def _drawn(page: ctypes.c_void_p) -> Iterator[tuple[int, tuple[float, float, float, float]]]:
    """(kind, box) of every picture and of every straight piece of every path, in page coordinates."""
    corners = (ctypes.c_float * 4)()
    references = [ctypes.addressof(corners) + offset for offset in (0, 4, 8, 12)]
    handle = ctypes.cast(page, ctypes.c_void_p).value
    addresses = list(map(_get_object, repeat(handle), range(pdfium.FPDFPage_CountObjects(page))))
    for address, kind in zip(addresses, map(_get_kind, addresses), strict=False):
        if kind == _TEXT:
            continue
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            yield from _drawn_in_form(ctypes.cast(address, pdfium.FPDF_PAGEOBJECT), (), _DEEPEST_FORM)
            continue
        _get_bounds(address, *references)
        x0, y0, x1, y1 = corners
        is_thin = x1 - x0 <= THICKEST_RULE or y1 - y0 <= THICKEST_RULE
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE or (kind == pdfium.FPDF_PAGEOBJ_PATH and is_thin):
            yield kind, (x0, y0, x1, y1)
        # A filled path without a stroke is a shade, unless it has the many segments of a box.
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and (_count_segments(address) > _BOX_SEGMENTS or _is_stroked(address)):
            yield from _pieces(ctypes.cast(address, pdfium.FPDF_PAGEOBJECT), ())


def _is_stroked(address: int) -> bool:
    mode = (ctypes.c_int * 2)()
    start = ctypes.addressof(mode)
    _get_draw_mode(address, start, start + ctypes.sizeof(ctypes.c_int))
    return bool(mode[1])


def _drawn_in_form(
    form: ctypes.c_void_p, outer: tuple[pdfium.FS_MATRIX, ...], depth: int
) -> Iterator[tuple[int, tuple[float, float, float, float]]]:
    matrices = (_matrix(form), *outer)
    for position in range(pdfium.FPDFFormObj_CountObjects(form)):
        item = pdfium.FPDFFormObj_GetObject(form, position)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield from _pieces(item, matrices)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            yield kind, _box(_placed([(x, y) for x in (0, 1) for y in (0, 1)], (_matrix(item), *matrices)))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth:
            yield from _drawn_in_form(item, matrices, depth - 1)


def _matrix(item: ctypes.c_void_p) -> pdfium.FS_MATRIX:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
        matrix.a = matrix.d = 1
    return matrix


def _placed(points: list[tuple[float, float]], matrices: tuple[pdfium.FS_MATRIX, ...]) -> list[tuple[float, float]]:
    for m in matrices:
        a, b, c, d, e, f = m.a, m.b, m.c, m.d, m.e, m.f
        points = [(a * x + c * y + e, b * x + d * y + f) for x, y in points]
    return points


def _box(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs, ys = zip(*points, strict=False)
    return min(xs), min(ys), max(xs), max(ys)


def _pieces(
    path: ctypes.c_void_p, outer: tuple[pdfium.FS_MATRIX, ...]
) -> Iterator[tuple[int, tuple[float, float, float, float]]]:
    """The boxes of a path's straight strokes, and of its filled shapes when they are thin."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    count = pdfium.FPDFPath_CountSegments(path)
    matrices = (_matrix(path), *outer)
    kind = pdfium.FPDF_PAGEOBJ_PATH
    for shape in _shapes(path, count):
        points = _placed(shape, matrices)
        if stroke.value:
            for (x0, y0), (x1, y1) in pairwise(points):
                yield kind, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        elif fill.value:
            yield kind, _box(points)


def _shapes(path: ctypes.c_void_p, count: int) -> Iterator[list[tuple[float, float]]]:
    """The points of each subpath, closed where the path closes it; curves count as their chords."""
    point = (ctypes.c_float * 2)()
    x = ctypes.addressof(point)
    y = x + ctypes.sizeof(ctypes.c_float)
    handle = ctypes.cast(path, ctypes.c_void_p).value
    shape: list[tuple[float, float]] = []
    for position in range(min(count, 4 * MAX_RULES)):
        segment = _get_segment(handle, position)
        _get_point(segment, x, y)
        if _get_segment_kind(segment) == _MOVE_TO:
            if len(shape) > 1:
                yield shape
            shape = []
        shape.append((point[0], point[1]))
        if _is_closing(segment):
            shape.append(shape[0])
    if len(shape) > 1:
        yield shape
