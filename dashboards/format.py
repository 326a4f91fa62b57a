"""Numbers and words as people read them: thousands separators, shares, and a mark for what is not printed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

NOT_PRINTED = "—"
"""Shown where there is no figure: a null is never a zero."""
SMALL = 10
"""A rate of fewer cases than this is marked: one case more or less would move it by more than ten points."""


def count(value: Decimal | int | float | None, unit: str = "") -> str:
    """``1,234 件``; decimals only where there are some; a dash where nothing is printed."""
    if value is None:
        return NOT_PRINTED
    number = Decimal(str(value))
    text = f"{number:,.0f}" if number == number.to_integral_value() else f"{number.normalize():,f}"
    return f"{text} {unit}".rstrip()


def share(rate: float | Decimal | None) -> str:
    """``57.4%``; a dash where it is unknown."""
    return NOT_PRINTED if rate is None else f"{float(rate):.1%}"


def is_small(denominator: Decimal | int | None) -> bool:
    """Whether a rate rests on too few cases to be read without care."""
    return denominator is not None and denominator < SMALL


def day(value: date | datetime | None) -> str:
    """``2018-01-12``; a dash where it is unknown."""
    return NOT_PRINTED if value is None else value.strftime("%Y-%m-%d")


def minute(value: datetime | None) -> str:
    """``2026-11-22 18:46 UTC``; a dash where it is unknown."""
    return NOT_PRINTED if value is None else value.strftime("%Y-%m-%d %H:%M UTC")
