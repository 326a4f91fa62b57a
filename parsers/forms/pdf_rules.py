"""The rules (straight lines) that are drawn on a page of a PDF, and the pictures on it.

Boxes are (x0, y0, x1, y1) in points, as pdfium gives them: y runs upwards.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise, repeat
from typing import NamedTuple

import pypdfium2.raw as pdfium

from parsers.forms.limits import MAX_RULES
from parsers.forms.pdf_calls import answers, bare

THICKEST_RULE = 3.0
"""Points; what is drawn thicker is a box or a shade, not a rule."""

PICTURE = pdfium.FPDF_PAGEOBJ_IMAGE
_PATH, _FORM, _TEXT = pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM, pdfium.FPDF_PAGEOBJ_TEXT
_MOVE_TO = pdfium.FPDF_SEGMENT_MOVETO
_DEEPEST_FORM = 5
_BOX_SEGMENTS = 5
_MOST_SEGMENTS = 4 * MAX_RULES
"""Of one path; also, as far as one path allows, of those that are asked for at once."""

_get_object = bare(pdfium.FPDFPage_GetObject)
_get_kind = bare(pdfium.FPDFPageObj_GetType)
_get_bounds = bare(pdfium.FPDFPageObj_GetBounds)
_get_matrix = bare(pdfium.FPDFPageObj_GetMatrix)
_get_draw_mode = bare(pdfium.FPDFPath_GetDrawMode)
_count_segments = bare(pdfium.FPDFPath_CountSegments)
_get_segment = bare(pdfium.FPDFPath_GetPathSegment)
_get_segment_kind = bare(pdfium.FPDFPathSegment_GetType)
_get_point = bare(pdfium.FPDFPathSegment_GetPoint)
_is_closing = bare(pdfium.FPDFPathSegment_GetClose)

Box = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]
Points = list[tuple[float, float]]
Handle = ctypes.c_void_p


class _Path(NamedTuple):
    """A path that is printed: pdfium's handle, its segments, its own and the outer matrices from the inside out."""

    handle: Handle
    count: int
    is_stroked: bool
    matrices: tuple[Matrix, ...]


def drawn(page: Handle) -> Iterator[tuple[int, list[Box]]]:
    """(kind of object, boxes) of pictures and of the straight pieces of paths, in page coordinates."""
    handles = list(map(_get_object, repeat(page), range(pdfium.FPDFPage_CountObjects(page))))
    others = [(handle, kind) for handle, kind in zip(handles, map(_get_kind, handles), strict=True) if kind != _TEXT]
    boxes = answers(_get_bounds, "4f", 4, [handle for handle, _ in others])
    thin: list[Box] = []
    paths: list[Handle] = []
    for (handle, kind), box in zip(others, boxes, strict=True):
        x0, y0, x1, y1 = box
        is_thin = x1 - x0 <= THICKEST_RULE or y1 - y0 <= THICKEST_RULE
        if kind == _FORM:
            yield from _drawn_in_form(handle, (), _DEEPEST_FORM)
        elif kind == PICTURE:
            yield kind, [box]
        elif kind == _PATH and is_thin:
            thin.append(box)
        elif kind == _PATH:
            paths.append(handle)
    yield _PATH, thin
    # A filled path without a stroke is a shade, unless it has the many segments of a box.
    yield from _pieces(paths, (), _BOX_SEGMENTS)


def _drawn_in_form(form: Handle, outer: tuple[Matrix, ...], depth: int) -> Iterator[tuple[int, list[Box]]]:
    matrices = (*_matrices([form]), *outer)
    paths: list[Handle] = []
    for position in range(pdfium.FPDFFormObj_CountObjects(form)):
        item = pdfium.FPDFFormObj_GetObject(form, position)
        kind = _get_kind(item)
        if kind == _PATH:
            paths.append(item)
        elif kind == PICTURE:
            yield kind, [_box(_placed([(x, y) for x in (0, 1) for y in (0, 1)], (*_matrices([item]), *matrices)))]
        elif kind == _FORM and depth:
            yield from _drawn_in_form(item, matrices, depth - 1)
    yield from _pieces(paths, matrices, 0)


def _matrices(items: Sequence[Handle]) -> Iterator[Matrix]:
    return answers(_get_matrix, "6f", 1, items)


def _placed(points: Points, matrices: Iterable[Matrix]) -> Points:
    for a, b, c, d, e, f in matrices:
        points = [(a * x + c * y + e, b * x + d * y + f) for x, y in points]
    return points


def _box(points: Points) -> Box:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _pieces(paths: Sequence[Handle], outer: tuple[Matrix, ...], shade: int) -> Iterator[tuple[int, list[Box]]]:
    """The boxes of straight strokes, and of filled shapes that have more segments than a ``shade``."""
    modes = answers(_get_draw_mode, "2i", 2, paths)
    printed = [
        _Path(path, min(count, _MOST_SEGMENTS), bool(stroke), (matrix, *outer))
        for path, count, (fill, stroke), matrix in zip(
            paths, map(_count_segments, paths), modes, _matrices(paths), strict=True)
        if stroke or (fill and count > shade)
    ]
    for path, shape in _shapes(printed):
        points = _placed(shape, path.matrices)
        if path.is_stroked:
            yield _PATH, [(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
                          for (x0, y0), (x1, y1) in pairwise(points)]
        else:
            yield _PATH, [_box(points)]


def _shapes(paths: Sequence[_Path]) -> Iterator[tuple[_Path, Points]]:
    """The points of each subpath, closed where the path closes it; curves count as their chords."""
    for batch in _batches(paths):
        segments = [segment for path in batch for segment in map(_get_segment, repeat(path.handle), range(path.count))]
        asked = zip(answers(_get_point, "2f", 2, segments), map(_get_segment_kind, segments),
                    map(_is_closing, segments), strict=True)
        for path in batch:
            shape: Points = []
            for point, kind, is_closing in islice(asked, path.count):
                if kind == _MOVE_TO:
                    if len(shape) > 1:
                        yield path, shape
                    shape = []
                shape.append(point)
                if is_closing:
                    shape.append(shape[0])
            if len(shape) > 1:
                yield path, shape


def _batches(paths: Sequence[_Path]) -> Iterator[list[_Path]]:
    """Paths that are asked about together: as many as the bound of segments allows, one at least."""
    batch: list[_Path] = []
    left = _MOST_SEGMENTS
    for path in paths:
        if batch and path.count > left:
            yield batch
            batch, left = [], _MOST_SEGMENTS
        batch.append(path)
        left -= path.count
    yield batch
