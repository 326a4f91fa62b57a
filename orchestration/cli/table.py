"""Rows as a table on the terminal; what a report printed is shown as text, never as markup."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

PIPE_WIDTH = 200


def console() -> Any:
    """A console as wide as the terminal; wide enough for our tables where the output goes elsewhere."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows under their headings."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*(Text(plain(value)) for value in row))
    console().print(table)


def plain(value: Any) -> str:
    """A value as a person writes it: nothing for NULL, decimals without trailing zeros."""
    if value is None:
        return ""
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)
