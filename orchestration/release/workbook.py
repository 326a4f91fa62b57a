"""A mart as an Excel workbook: a sheet of rows, a sheet that describes the columns; the same bytes for the same rows.

Written row by row. Text is always text, never a formula. What Excel cannot hold is said, not hidden: a mart with more
rows than a sheet has no workbook, numbers beyond fifteen digits are text, and a text beyond a cell's length is cut
with a mark.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, Any

from orchestration.release.files import of_parquet
from orchestration.release.marts import Mart

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAX_ROWS = 1_048_576 - 1
"""Rows of a sheet without its heading."""
MAX_TEXT = 32_767
CUT = "… [cut; whole in CSV · 过长已截断，全文见CSV]"
DIGITS = 15
"""Decimal digits that a number of Excel keeps."""
BATCH = 2_000
EPOCH = (1980, 1, 1, 0, 0, 0)
STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_workbook(connection: DuckDBPyConnection, mart: Mart, parquet: Path, target: Path) -> None:
    """One mart as a workbook, from its Parquet file. The caller has seen to it that it fits (MAX_ROWS)."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _fill(book.create_sheet(mart.name[:31]), [column.name for column in mart.columns], _rows(connection, mart, parquet))
    about = ((c.name, c.type, c.description) for c in mart.columns)
    _fill(book.create_sheet("columns 字段说明"), ["column", "type", "description"], about)
    part = target.with_suffix(".part")
    book.save(part)
    _settle(part, target)
    part.unlink()


def _rows(connection: DuckDBPyConnection, mart: Mart, parquet: Path) -> Iterator[tuple]:
    columns = ", ".join(f'CAST(to_json("{c.name}") AS VARCHAR)' if c.is_nested else f'"{c.name}"' for c in mart.columns)
    result = connection.execute(f"SELECT {columns} FROM {of_parquet(parquet)}")
    while batch := result.fetchmany(BATCH):
        yield from batch


def _fill(sheet: Any, heads: list[str], rows: Iterable[Iterable[Any]]) -> None:
    from openpyxl.cell import WriteOnlyCell

    def cell(value: Any) -> Any:
        value = _value(value)
        if isinstance(value, str) and value[:1] in ("=", "#"):
            text = WriteOnlyCell(sheet, value)
            text.data_type = "s"  # openpyxl would take it for a formula or an error
            return text
        return value

    sheet.freeze_panes = "A2"
    sheet.append(heads)
    for row in rows:
        sheet.append([cell(value) for value in row])


def _value(value: Any) -> Any:
    """A value as Excel can hold it."""
    if isinstance(value, str):
        text = UNPRINTABLE.sub("\ufffd", value)
        return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - len(CUT)] + CUT
    if isinstance(value, Decimal):
        exact = len(value.normalize().as_tuple().digits) <= DIGITS
        plain = int(value) if value == value.to_integral_value() else value.normalize()
        return plain if exact and abs(plain) < 10**DIGITS else f"{plain:f}"
    if isinstance(value, int) and abs(value) >= 10**DIGITS:
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def _settle(source: Path, target: Path) -> None:
    """The same archive without the time at which it was written."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            if name == "docProps/core.xml":
                new.writestr(info, STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", old.read(name)))
                continue
            with old.open(name) as reader, new.open(info, "w", force_zip64=True) as writer:
                copyfileobj(reader, writer)
