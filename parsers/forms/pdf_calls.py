"""Asking pdfium one thing of thousands of characters and lines, where the call would cost more than the answer.

Pointers are checked by nobody here: what is passed on was given by pdfium itself, or made in this module.
"""

from __future__ import annotations

import ctypes
import struct
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

_NUMBER = 4
_BUFFER = ctypes.create_string_buffer(16 * 1024)
_PLACES = [ctypes.byref(_BUFFER, offset) for offset in range(0, len(_BUFFER), _NUMBER)]
"""References to every number of the buffer: made once, since to make one costs as much as half a call."""


def bare(function: Callable) -> Callable:
    """The same library function, taking pointers and plain integers as they come."""
    return ctypes.CFUNCTYPE(function.restype)(ctypes.cast(function, ctypes.c_void_p).value)


def answers(
    function: Callable, layout: str, pointers: int, things: Sequence, *before: Iterable
) -> Iterator[tuple[float, ...]]:
    """What a bare function writes about each of many things: for each a tuple, as ``layout`` (of ``struct``) reads it.

    The function takes what stands ``before``, then the thing, and then so many ``pointers`` to equal shares of the
    numbers, of four bytes each. Where it writes nothing they are zero.
    """
    size = struct.calcsize(layout)
    room, step, share = len(_BUFFER) // size, size // _NUMBER, size // _NUMBER // pointers
    places = [_PLACES[first * share:step * room:step] for first in range(pointers)]
    for start in range(0, len(things), room):
        part = things[start:start + room]
        ctypes.memset(_BUFFER, 0, size * len(part))
        deque(map(function, *before, part, *places), maxlen=0)
        yield from struct.iter_unpack(layout, _BUFFER[:size * len(part)])
