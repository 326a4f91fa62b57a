"""Figures that stand in running prose, as observations with their place, or as issues where the wording is in doubt.

The wording is data (catalogue/phrases.yml); the walk over sentences and clauses is generic (``walk``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from parsers.catalogue.model import Catalogue
from parsers.observation import Issue, Observation
from parsers.prose.passage import walk_paragraphs
from parsers.prose.phrases import load_phrases, phrase_book
from parsers.prose.state import Mention, Walk
from parsers.prose.text import MAX_CELL, Line, paragraphs

__all__ = ["load_phrases", "observe_prose"]

MAX_LINES = 20_000
MAX_CHARACTERS = 400_000
# An approximate figure (3.7万多条) may stand beside the exact one that it rounds.
ROUNDING = Decimal("0.1")


def observe_prose(lines: Sequence[Line], template_code: str, catalogue: Catalogue | None = None,
                  report_year: int | None = None) -> tuple[list[Observation], list[Issue]]:
    """The figures of the whole report that prose states, one per indicator and origin, in reading order. Never raises.

    Of a figure said twice the first exact mention of the widest scope is taken; where mentions differ, none is, and an
    issue ``prose_conflict`` names each place. A wording that may state a figure, but also something else, is an issue
    ``prose_uncertain``. ``value`` is in the catalogue's unit (元 converted to 万元 where the form asks for 万元).

    Beside the figures of the report (origin prose) stand, each with its own origin, those of the year before (by its
    number only where it is ``report_year`` less one), the parts of a figure that was taken (several per indicator),
    and numbers for several indicators at once.
    """
    data: Any = catalogue.data.get("phrases") if catalogue is not None else None
    book = phrase_book(data)
    if not any(template_code in figure.codes for figure in book.figures):
        return [], []
    lines, issues = _bounded(lines)
    walk = Walk(book, template_code, [cell.text for cell, _ in lines], report_year, _joints(template_code, catalogue))
    mentions = walk_paragraphs(paragraphs(lines), walk)
    taken: list[Mention] = []
    certain = [m for m in mentions if not m.doubt]
    stated = {m.code for m in certain if m.origin == "prose" and not m.figure.weak}
    issues += [_doubt(m) for m in mentions if m.doubt and not (m.is_open and m.code in stated)]
    for code, origin in dict.fromkeys((m.code, m.origin) for m in certain if m.origin != "prose_part"):
        chosen, rivals = _choose([m for m in certain if (m.code, m.origin) == (code, origin)])
        if chosen is not None:
            taken += [chosen, *(_parts_of(chosen, certain) if origin == "prose" else ())]
        issues += [_conflict(m, rivals) for m in rivals]
    return [_observation(m, template_code, catalogue) for m in taken], issues


def _joints(template_code: str, catalogue: Catalogue | None) -> dict[frozenset[str], str]:
    """The indicators that one number may count together, and that under which the number is filed."""
    known = catalogue.data.get("joint_mentions", ()) if catalogue is not None else ()
    return {frozenset(joint["parts"]): joint["indicator"] for joint in known if joint["template"] == template_code}


def _parts_of(whole: Mention, mentions: list[Mention]) -> list[Mention]:
    """The parts that the first passage that parts a figure names; a passage that says them again adds nothing."""
    parts = [m for m in mentions if m.whole and (m.code, m.whole.value) == (whole.code, whole.value)]
    return [m for m in parts if m.whole is parts[0].whole]


def _bounded(lines: Sequence[Line]) -> tuple[list[Line], list[Issue]]:
    """The lines that are read; what a document holds beyond all measure is named, not read."""
    lengths = [len(cell[0]) for cell, _ in lines]
    if len(lines) <= MAX_LINES and sum(lengths) <= MAX_CHARACTERS and max(lengths, default=0) <= MAX_CELL:
        return list(lines), []
    kept: list[Line] = []
    characters = 0
    for cell, grid in lines:
        characters += len(cell.text)
        if len(kept) >= MAX_LINES or characters > MAX_CHARACTERS or len(cell.text) > MAX_CELL:
            return kept, [Issue("prose_uncertain", "The text from here on is too long to be read.", grid.place(cell))]
        kept.append((cell, grid))
    return kept, []


def _choose(mentions: list[Mention]) -> tuple[Mention | None, list[Mention]]:
    """The mention to take, or None and the mentions that contradict each other."""
    strong = [m for m in mentions if m.scope != "weak"] or mentions
    exact = [m for m in strong if m.qualifier is None] or strong
    first = exact[0]
    if all(m.value == first.value for m in exact) and all(_agrees(m, first) for m in strong):
        return first, []
    return None, strong


def _agrees(mention: Mention, exact: Mention) -> bool:
    if mention.value is None or exact.value is None:
        return False
    return mention.value == exact.value or (
        mention.qualifier is not None and abs(mention.value - exact.value) <= ROUNDING * exact.value)


@dataclass(frozen=True, slots=True)
class _Unit:
    code: str | None
    value: Decimal | None


def _in_form_unit(mention: Mention, template_code: str, catalogue: Catalogue | None) -> _Unit:
    unit = mention.unit
    if catalogue is not None:
        indicator = catalogue.templates[template_code].indicators.get(mention.code)
        unit = indicator.unit_code if indicator and indicator.unit_code else unit
    if mention.value is None or mention.unit is None or mention.unit == unit:
        return _Unit(unit, mention.value)
    if (mention.unit, unit) == ("元", "万元"):
        return _Unit(unit, mention.value / 10_000)
    if (mention.unit, unit) == ("万元", "元"):
        return _Unit(unit, mention.value * 10_000)
    return _Unit(mention.unit, mention.value)


def _applicant(code: str, template_code: str, catalogue: Catalogue | None) -> str | None:
    """Prose states the matrix's figures for all applicants together."""
    if catalogue is not None:
        indicator = catalogue.templates[template_code].indicators.get(code)
        is_matrix = indicator is not None and indicator.axis == "matrix_row"
    else:
        is_matrix = template_code in ("G3", "G4") and code.startswith(("requests_", "outcome_"))
    return "total" if is_matrix else None


def _observation(mention: Mention, template_code: str, catalogue: Catalogue | None) -> Observation:
    unit = _in_form_unit(mention, template_code, catalogue)
    return Observation(
        template_code=template_code, indicator_code=mention.code,
        applicant_type_code=_applicant(mention.code, template_code, catalogue), value=unit.value,
        value_state="number" if unit.value else "zero", printed_text=mention.printed, printed_label=mention.label,
        unit_code=unit.code, origin=mention.origin, place=mention.place, qualifier=mention.qualifier,
    )


def _doubt(mention: Mention) -> Issue:
    return Issue("prose_uncertain", f"A sentence may state {mention.code}: {mention.doubt}.", mention.place,
                 mention.printed, mention.code, (mention.label,))


def _conflict(mention: Mention, rivals: list[Mention]) -> Issue:
    printed = ", ".join(dict.fromkeys(m.printed for m in rivals))
    of_year = " of the year before" if mention.origin == "prose_previous_year" else ""
    return Issue("prose_conflict", f"Sentences state {mention.code}{of_year} differently: {printed}.", mention.place,
                 mention.printed, mention.code, (mention.label,))
