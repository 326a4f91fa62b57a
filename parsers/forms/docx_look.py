"""What the look of a Word document's runs says of their text: raised, struck through, a picture instead of words.

Every question is asked once a run, paragraph or cell, since a document may hold thousands of looks in each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lxml import etree

from parsers.grid import PICTURE

if TYPE_CHECKING:
    from parsers.forms.docx import Tags

OFF = ("0", "false", "off")
"""Values by which a look is switched off."""


def show_as_seen(looks: Sequence[etree._Element], tags: Tags) -> None:
    """Change a tree's text to what is seen of it; ``looks`` are its elements of these kinds, in their order."""
    raised = (look for look in looks if look.tag == tags.raised and look.get(tags.value) == "superscript")
    struck = (look for look in looks if look.tag in tags.struck and look.get(tags.value) not in OFF)
    _set_notes_apart(_runs(raised, tags), tags)
    _leave_out_struck(_runs(struck, tags), tags)
    _show_pictures([look for look in looks if look.tag in tags.pictures], tags)


def remove(element: etree._Element | None) -> None:
    """Take an element out of its tree, unless it was taken out before."""
    parent = None if element is None else element.getparent()
    if parent is not None:
        parent.remove(element)


def _runs(looks: Iterable[etree._Element], tags: Tags) -> list[etree._Element]:
    """The runs that look so, each once."""
    properties = (look.getparent() for look in looks)  # none where what they stood in was taken out
    runs = dict.fromkeys(p.getparent() for p in properties if p is not None)
    return [run for run in runs if run is not None and run.tag == tags.run]


def _set_notes_apart(raised: Iterable[etree._Element], tags: Tags) -> None:
    """A raised number in brackets: a note's, no digits of the figure before it."""
    for run in raised:
        for text in run.iter(tags.t):
            if text.text and text.text.strip().isdecimal():
                text.text = f"({text.text})"


def _leave_out_struck(struck: Iterable[etree._Element], tags: Tags) -> None:
    """Take out what is struck through beside text that is not."""
    runs_of: defaultdict[etree._Element, set[etree._Element]] = defaultdict(set)
    for run in struck:
        if run.getparent() is not None:
            runs_of[run.getparent()].add(run)
    for parent, runs in runs_of.items():
        if any(text.text and text.getparent() not in runs for text in parent.iter(tags.t)):
            for run in runs:
                remove(run)


def _show_pictures(pictures: Iterable[etree._Element], tags: Tags) -> None:
    """A sign for the picture that is all that a cell holds: what it shows is not known, and the cell not blank."""
    first: dict[etree._Element, etree._Element] = {}
    for picture in pictures:
        cell = next(picture.iterancestors(tags.tc), None)
        if cell is not None and cell not in first \
                and any(str(part.tag).endswith(("}blip", "}imagedata")) for part in picture.iter()):
            first[cell] = picture
    for cell, picture in first.items():
        if not any(text.text for text in cell.iter(tags.t)):
            picture.clear()
            picture.tag, picture.text = tags.t, PICTURE
