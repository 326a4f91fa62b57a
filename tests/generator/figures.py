"""Figures that a truthful office could have reported: every identity of the form closes.

Parts are drawn, wholes are added up. Units are those of the form; fees and budgets have decimals.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random

from tests.generator.spec import TOTAL, FormSpec

Figures = dict[tuple[str, str | None], Decimal]

_PARTS = {  # whole: (usual size of a part, share of parts that are zero)
    "requests_received": (60, 0.3), "responses_denied": (8, 0.6), "responses_denied_incl_other": (6, 0.5),
    "reviews_total": (4, 0.5), "lawsuits_total": (3, 0.6), "staff_total": (40, 0.1),
}


def draw(spec: FormSpec, rng: Random) -> Figures:
    """All figures of one report, keyed by (indicator, applicant type or None)."""
    if spec.rows:
        drawn = _list_g1(spec, rng) if spec.template == "G1" else _list_g2(spec, rng)
        return {(code, None): value for code, value in drawn.items()}
    figures: Figures = {(code, None): value for code, value in _blocks(spec, rng).items()}
    figures.update(_matrix(spec, rng))
    figures.update({(code, None): value for code, value in _disputes(spec, rng).items()})
    return figures


def count(rng: Random, size: int, zero: float = 0.2) -> Decimal:
    """A whole number about ``size``, zero with probability ``zero``, now and then much larger."""
    if rng.random() < zero:
        return Decimal(0)
    return Decimal(rng.randint(1, size * (20 if rng.random() < 0.1 else 2)))


def _amount(rng: Random, size: int, places: int = 2) -> Decimal:
    if rng.random() < 0.3:
        return Decimal(0)
    return Decimal(rng.randint(1, size * 10**places)).scaleb(-places).normalize() + Decimal(0)


def _wholes(spec: FormSpec, rng: Random, drawn: dict[str, Decimal], *wholes: str) -> None:
    for whole in wholes:
        size, zero = _PARTS[whole]
        for part in spec.leaves(whole):
            drawn[part] = count(rng, size, zero)
        drawn[whole] = sum((drawn[part] for part in spec.leaves(whole)), Decimal(0))


def _list_g1(spec: FormSpec, rng: Random) -> dict[str, Decimal]:
    drawn = {row.code: count(rng, 900) for row in spec.rows if not row.heading}
    _wholes(spec, rng, drawn, "requests_received", "responses_denied_incl_other", "staff_total")
    for code in ("responses_granted_full", "responses_granted_partial"):
        drawn[code] = count(rng, 50)
    drawn["responses_total"] = sum(drawn[c] for c in spec.leaves("responses_total"))
    for part in spec.leaves("fees_collected"):
        drawn[part] = _amount(rng, 300, 1)
    drawn["fees_collected"] = sum(drawn[c] for c in spec.leaves("fees_collected"))
    for whole, part in (("proactive_items", "proactive_items_fulltext"),
                        ("complaints_appeals_total", "complaints_appeals_first_handling")):
        drawn[part] = Decimal(rng.randint(0, int(drawn[whole])))
    for code in ("reviews_total", "lawsuits_total"):
        drawn[code] = count(rng, 4, 0.4)
    drawn["budget_special"], drawn["litigation_costs"] = _amount(rng, 80), _amount(rng, 9)
    return drawn


def _list_g2(spec: FormSpec, rng: Random) -> dict[str, Decimal]:
    drawn = {row.code: count(rng, 60) for row in spec.rows if not row.heading}
    channels = [code for code in drawn if code.startswith("proactive_channel_")]
    for code in channels:
        drawn[code] = count(rng, 6000, 0.3)
    least, most = max(drawn[c] for c in channels), sum(drawn[c] for c in channels)
    drawn["proactive_items"] = most if rng.random() < 0.5 else Decimal(rng.randint(int(least), int(most)))
    drawn["normative_docs_disclosed"] = Decimal(
        rng.randint(0, int(min(drawn["normative_docs_issued"], drawn["proactive_items"]))))
    for code in ("press_conferences", "online_interviews"):
        drawn[f"{code}_leader"] = Decimal(rng.randint(0, int(drawn[code])))
    _wholes(spec, rng, drawn, "responses_denied", "reviews_total", "lawsuits_total", "staff_total")
    answers = spec.leaves("responses_total")
    for code in answers:
        if code != "responses_denied":
            drawn[code] = count(rng, 40, 0.3)
    total = sum(drawn[c] for c in answers)
    drawn["responses_total"] = drawn["requests_closed"] = drawn["requests_received"] = total
    _split(rng, drawn, total, spec.leaves("requests_received"))
    _split(rng, drawn, total, spec.leaves("requests_closed"))
    drawn["fees_collected"], drawn["budget_special"] = _amount(rng, 5), _amount(rng, 90)
    return drawn


def _split(rng: Random, drawn: dict[str, Decimal], total: Decimal, parts: list[str]) -> None:
    """Deal a whole out to its parts; the first part takes what is left."""
    left = int(total)
    for part in parts[1:]:
        share = rng.randint(0, left) if rng.random() < 0.7 else 0
        drawn[part], left = Decimal(share), left - share
    drawn[parts[0]] = Decimal(left)


def _blocks(spec: FormSpec, rng: Random) -> dict[str, Decimal]:
    drawn: dict[str, Decimal] = {}
    for asked in (cell for block in spec.blocks for row in block.rows for cell in row.cells):
        if asked.code.endswith("_change"):
            drawn[asked.code] = Decimal(rng.randint(-30, 30))
        elif asked.code.endswith("_amount"):
            drawn[asked.code] = _amount(rng, 9000) if spec.template == "G4" else count(rng, 400000)
        else:
            drawn[asked.code] = count(rng, 300)
    for code in [c for c in drawn if c.endswith("_matters_change") or c.endswith("_items_change")]:
        before = code.replace("_change", "_prev_year")
        drawn[before] = max(drawn[before], -drawn[code])
    for code in [c for c in drawn if c.endswith("_disclosed_total")]:
        drawn[code] += drawn[code.replace("_disclosed_total", "_new_disclosed")]
    return drawn


def _matrix(spec: FormSpec, rng: Random) -> Figures:
    figures: Figures = {}
    outcomes = spec.leaves("outcome_total")
    rows = [row.code for row in spec.matrix if not row.heading]
    people = [code for code, _ in spec.applicants if code != TOTAL]
    for person in people:
        size, zero = (12, 0.4) if person == "natural_person" else (2, 0.8)
        for code in outcomes:
            figures[code, person] = count(rng, size, zero)
        total = sum((figures[code, person] for code in outcomes), Decimal(0))
        later = count(rng, 3, 0.6)
        earlier = Decimal(rng.randint(0, int(min(total + later, 5))))
        figures.update({("outcome_total", person): total, ("requests_carried_out", person): later,
                        ("requests_carried_in", person): earlier, ("requests_new", person): total + later - earlier})
    for code in rows:
        figures[code, TOTAL] = sum((figures[code, person] for person in people), Decimal(0))
    return figures


def _disputes(spec: FormSpec, rng: Random) -> dict[str, Decimal]:
    drawn: dict[str, Decimal] = {}
    for route in sorted({column.code.rsplit("_", 1)[0] for column in spec.columns}):
        parts = [c.code for c in spec.columns if c.code.rsplit("_", 1)[0] == route and not c.code.endswith("_total")]
        drawn.update({part: count(rng, 3, 0.6) for part in parts})
        drawn[f"{route}_total"] = sum((drawn[part] for part in parts), Decimal(0))
    return drawn
