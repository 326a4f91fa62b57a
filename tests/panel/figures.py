"""The cells of a body's reports over the years: every sum of the forms closes, and each year continues the last."""

from __future__ import annotations

import math
import random
from decimal import Decimal

from tests.panel.bodies import YEARS, Body

Cells = dict[tuple[str, str | None], Decimal | int | None]
LEAVES = ("natural_person", "commercial_enterprise", "research_institution", "public_interest_org",
          "legal_service_org", "other_org")
OUTCOMES = (
    "granted_full", "granted_partial", "denied_state_secret", "denied_other_law_prohibits", "denied_security_stability",
    "denied_third_party", "denied_internal_affairs", "denied_deliberative", "denied_enforcement_file",
    "denied_inquiry_matter", "unable_not_held", "unable_needs_creation", "unable_still_unclear",
    "not_processed_petition", "not_processed_repeat", "not_processed_publication", "not_processed_excessive",
    "not_processed_reconfirm",
)  # fmt: skip
OTHER = {"G3": ("other",), "G4": ("other_not_corrected", "other_fee_unpaid", "other_other")}
WEIGHTS = (40, 6, 1, 1, 1, 2, 2, 3, 2, 2, 20, 4, 2, 3, 3, 1, 1, 1, 1, 1, 1)
ROUTES = ("review", "lawsuit_direct", "lawsuit_after_review")
RESULTS = ("upheld", "corrected", "other", "pending")
MATTERS = ("licences", "other_services", "penalties", "coercion")


def template_of(year: int) -> str:
    return "G3" if year < 2021 else "G4"


def matrix_rows(template: str) -> list[str]:
    """The rows of the request matrix in the order of the form."""
    outcomes = [f"outcome_{name}" for name in (*OUTCOMES, *OTHER[template], "total")]
    return ["requests_new", "requests_carried_in", *outcomes, "requests_carried_out"]


def poisson(rng: random.Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def figures_of(body: Body, rng: random.Random) -> dict[int, Cells]:
    """Year to cells for one body."""
    level, shares = body.level, [rng.gammavariate(a, 1) for a in (12, 3, 0.3, 0.3, 0.6, 0.5)]
    carried = [poisson(rng, level * share / sum(shares) * 0.04) for share in shares]
    stocks = {name: poisson(rng, 3 + level / 5) for name in (*MATTERS, "fees", "regulations", "normative_docs")}
    years: dict[int, Cells] = {}
    for year in YEARS:
        level *= math.exp(rng.gauss(0.03, 0.2))
        template = template_of(year)
        cells: Cells = {}
        _proactive(cells, template, stocks, level, rng)
        carried = _matrix(cells, template, level, shares, carried, rng)
        for route, rate in zip(ROUTES, (0.08, 0.03, 0.02), strict=True):
            counts = [poisson(rng, level * rate * share) for share in (0.6, 0.1, 0.2, 0.1)]
            cells |= {(f"{route}_{result}", None): n for result, n in zip(RESULTS, counts, strict=True)}
            cells[f"{route}_total", None] = sum(counts)
        years[year] = cells
    return years


def _proactive(cells: Cells, template: str, stocks: dict[str, int], level: float, rng: random.Random) -> None:
    """Section 二; ``stocks`` go on from year to year."""
    for name in ("regulations", "normative_docs"):
        issued = poisson(rng, 0.3 if name == "regulations" else 1 + level / 20)
        if template == "G3":
            stocks[name] += issued
            cells[f"{name}_new_made", None] = issued
            cells[f"{name}_new_disclosed", None] = rng.randint(0, issued)
            cells[f"{name}_disclosed_total", None] = stocks[name]
        else:
            repealed = rng.randint(0, min(stocks[name], 1 + stocks[name] // 10))
            stocks[name] += issued - repealed
            cells[f"{name}_issued", None], cells[f"{name}_repealed", None] = issued, repealed
            cells[f"{name}_in_force", None] = stocks[name]
    for name in MATTERS:
        if template == "G3":
            change = rng.randint(-min(stocks[name], 5), 5)
            cells[f"{name}_matters_prev_year", None], cells[f"{name}_matters_change", None] = stocks[name], change
            stocks[name] += change
        if template == "G3" or name != "other_services":
            cells[f"{name}_decisions", None] = poisson(rng, level * 7)
    if template == "G3":
        change = rng.randint(-min(stocks["fees"], 2), 2)
        cells["admin_fee_items_prev_year", None], cells["admin_fee_items_change", None] = stocks["fees"], change
        stocks["fees"] += change
        cells["procurement_projects", None] = poisson(rng, level / 3)
        cells["procurement_amount", None] = Decimal(poisson(rng, level * 900)) / 100
    else:
        cells["admin_fees_amount", None] = Decimal(poisson(rng, level * 500)) / 100


def _matrix(cells: Cells, template: str, level: float, shares: list[float], carried: list[int], rng: random.Random,
            ) -> list[int]:
    """Section 三; returns what is carried out, by column."""
    outcomes = [f"outcome_{name}" for name in (*OUTCOMES, *OTHER[template])]
    out = []
    for leaf, share, carried_in in zip(LEAVES, shares, carried, strict=True):
        new = poisson(rng, level * share / sum(shares))
        open_at_end = min(new + carried_in, poisson(rng, new * 0.06))
        drawn = rng.choices(outcomes, WEIGHTS[: len(outcomes)], k=new + carried_in - open_at_end)
        cells["requests_new", leaf], cells["requests_carried_in", leaf] = new, carried_in
        cells |= {(code, leaf): drawn.count(code) for code in outcomes}
        cells["outcome_total", leaf], cells["requests_carried_out", leaf] = len(drawn), open_at_end
        out.append(open_at_end)
    for row in matrix_rows(template):
        cells[row, "total"] = sum(cells[row, leaf] or 0 for leaf in LEAVES)
    return out


def added(one: Cells, two: Cells) -> Cells:
    """Two reports of one year in one: what a city adds up from its own offices and its counties."""
    return {key: (one.get(key) or 0) + (two.get(key) or 0) for key in one | two}
