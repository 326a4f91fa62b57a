"""Whether the page around a report is its publisher's: a report may have been copied onto a shop's page."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.catalogue.model import Catalogue
from parsers.grid import Grid
from parsers.labels import bare

MAX_WORD_LINE = 40
WORDS_NEEDED = 2


def is_foreign_page(grids: Sequence[Grid], catalogue: Catalogue) -> bool:
    """Whether lines of their own carry the furniture of a shop's or a company's page (``catalogue/pages.yml``)."""
    words = set(catalogue.data["pages"]["foreign_page_words"])
    found = set()
    for grid in grids:
        if grid.kind != "text":
            continue
        for (cell,) in grid.rows:
            if len(cell.text) <= MAX_WORD_LINE:
                pieces = {bare(piece) for piece in cell.text.replace(">", " ").split()}
                found |= words & (pieces | {bare(cell.text)})
                if len(found) >= WORDS_NEEDED:
                    return True
    return False
