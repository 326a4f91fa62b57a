"""Plain text and Markdown: pipe rows, tabbed rows, tab-led cells; everything else is one column of lines.

Knows no Chinese. Where a copy has lost the borders of its table (one cell a line, one row a line), the lines stay
lines: only the catalogue can tell a label from a figure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from parsers.forms.limits import MAX_CELLS
from parsers.grid import Cell, Grid
from parsers.observation import UnreadableReport

_RULE = re.compile(r"^[\s|:+\-=]*$")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
# A page number between two rows: - 3 -, 3/5, PAGE, or a number between other signs that are no digits.
_PAGE_LINE = re.compile(r"^\s*(?:[^\w\s]\s*\d{1,4}\s*[^\w\s]|\d{1,4}\s*/\s*\d{1,4}|\w\d{1,4}\w"
                        r"|(?:NUM)?PAGES?\s*\d*)\s*$")
# Signs of Markdown that are no print: the number signs of a heading, the stars of bold type, a backslash before a sign.
_MARKDOWN = re.compile(r"(?m)^ {0,3}#{1,6}[ \t]+|\*\*(?=[^\s*])([^*\n]{1,200})(?<=\S)\*\*|\\([!-/:-@\[-`}~])")
# Lines of a table drawn with signs: upright ones part cells, all others rule.
_BOX = {sign: "|" if chr(sign) in "│┃║" else "-" for sign in range(0x2500, 0x2580)}
MIN_TABLE_ROWS = 3
MIN_ROWS_AFTER_TABLE = 2
MAX_GAP = 6

Rows = list[list[str]]


def read(text: str) -> tuple[Grid, ...]:
    """Grids of a text in reading order: tables where the text itself marks cells, single columns of lines elsewhere."""
    text = _LINE_ENDS.sub("\n", text)
    if "#" in text or "**" in text or "\\" in text:
        text = _MARKDOWN.sub(lambda sign: sign[1] or sign[2] or "", text)
    if "│" in text or "┃" in text or "║" in text:
        text = text.translate(_BOX)
    lines = text.split("\n")  # not splitlines, which ends lines at more signs
    if len(lines) > MAX_CELLS:
        raise UnreadableReport(f"more than {MAX_CELLS:,} lines")
    grids: list[Grid] = []
    for kind, rows in _blocks(lines):
        if kind == "table":
            grids.append(_table(rows, len(grids)))
        elif any(row[0].strip() for row in rows):
            printed = [row[0] for row in rows if row[0].strip()]
            grids.append(Grid("text", len(grids), tuple([(Cell(line, n, 0),) for n, line in enumerate(printed)])))
    return tuple(grids)


def _blocks(lines: list[str]) -> Iterator[tuple[str, Rows]]:
    """The text cut into tables and runs of lines between them."""
    loose: Rows = []
    at = after_table = 0
    while at < len(lines):
        line = lines[at]
        if "|" not in line and "\t" not in line:
            loose.append([line])
            at += 1
            continue
        for find in (_pipe_rows, _tab_led_rows, _tabbed_rows):
            rows, after = find(lines, at)
            # A line that names the next part of a table may stand between two parts of it.
            enough = MIN_ROWS_AFTER_TABLE if after_table and len(loose) <= 1 else MIN_TABLE_ROWS
            if sum(len(row) > 1 for row in rows) >= enough:
                if loose:
                    yield "text", loose
                    loose = []
                yield "table", rows
                at = after_table = after
                break
        else:
            loose.append([line.replace("|", "\t").strip("\t") if "|" in line else line])
            at += 1
    if loose:
        yield "text", loose


def _pipe_rows(lines: list[str], at: int) -> tuple[Rows, int]:
    """Rows of cells between pipes, with or without outer pipes; ruling lines and single blank lines between are
    dropped.
    """
    printed: list[str] = []
    end = at
    while end < len(lines):
        line = lines[end]
        if "-" in line and _RULE.match(line) and (printed or "|" in line):
            pass
        elif line.count("|") >= 2:
            printed.append(line.strip())
        elif not printed or not _goes_on(lines, end, lambda text: text.count("|") >= 2):
            break
        end += 1
    # A pipe that every row begins with is a border; on some rows only, it closes an empty first cell.
    skip = 1 if all(row.startswith("|") for row in printed) else 0
    return [[c.strip() for c in row[skip:].removesuffix("|").split("|")] for row in printed], end


def _tab_led_rows(lines: list[str], at: int) -> tuple[Rows, int]:
    """Cells on lines of their own, each led by a tab; a blank line ends the row; a line without tab goes on the
    cell.
    """
    rows: Rows = []
    end = at
    while end < len(lines) and lines[end].startswith("\t"):
        row: list[str] = []
        while end < len(lines) and (lines[end].startswith("\t") or (row and lines[end].strip())):
            line = lines[end]
            if line.startswith("\t"):
                row.append(line[1:])
            elif not _PAGE_LINE.match(line):
                row[-1] += "\n" + line
            end += 1
        rows.append(row)
        if _goes_on(lines, end, lambda text: text.startswith("\t")):
            while not lines[end].startswith("\t"):
                end += 1
    return rows, end


def _tabbed_rows(lines: list[str], at: int) -> tuple[Rows, int]:
    """Rows of cells between tabs."""
    rows: Rows = []
    end = at
    while end < len(lines):
        if _is_tabbed(lines[end]):
            rows.append([cell.strip() for cell in lines[end].split("\t")])
        elif not rows or not _goes_on(lines, end, _is_tabbed):
            break
        end += 1
    return rows, end


def _is_tabbed(line: str) -> bool:
    return "\t" in line and bool(line.strip())


def _goes_on(lines: list[str], at: int, is_row: Callable[[str], bool]) -> bool:
    """Whether a table goes on after line ``at``: only page numbers and a few blank lines stand before its next row."""
    for line in lines[at:at + MAX_GAP]:
        if is_row(line):
            return True
        if line.strip(" \u3000\xa0") and not _PAGE_LINE.match(line):
            return False
    return False


def _table(rows: Rows, index: int) -> Grid:
    width = max(len(row) for row in rows)
    if width * len(rows) > MAX_CELLS:
        raise UnreadableReport(f"a table of more than {MAX_CELLS:,} cells")
    return Grid("table", index, tuple([
        tuple([Cell(text, r, c) for c, text in enumerate(row)]) for r, row in enumerate(rows)
    ]))
