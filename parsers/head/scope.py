"""Whether a report covers its issuer alone (own) or all bodies of an area (consolidated); the wordings are data."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from parsers.prose.phrases import load_phrases

Scope = Literal["own", "consolidated", "unknown"]
MAX_SEARCHED = 30_000


@lru_cache(maxsize=1)
def _rules() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in load_phrases()["reporting_scope"].items()
            if name != "compiled"}


@lru_cache(maxsize=1)
def _compiled() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, load_phrases()["reporting_scope"]["compiled"]))


def reporting_scope(text: str, issuer: str | None, issuer_is_titled: bool) -> tuple[Scope, str | None]:
    """The scope and the printed words that show it, from the plain text of the prose and the issuer's name.

    Order of belief: words that say how the report was compiled, by a single body only where they name an area's bodies
    (its own branches are itself); words for whom it leaves out; a department or township named in the title; figures
    given for a whole area; words of a single body (本机关 …); an area's work as the subject.
    """
    text, rules = text[:MAX_SEARCHED], _rules()
    is_single = bool(issuer and issuer_is_titled and rules["single_body"].search(issuer))
    compiled = next(filter(None, (pattern.search(text) for pattern in _compiled())), None)
    if compiled and (not is_single or rules["compiled_area"].search(compiled.group())):
        return "consolidated", compiled.group()
    excluding = rules["excluding"].search(text)
    if excluding:
        return "own", excluding.group()
    if is_single:
        return "own", issuer
    for scope, name in (("consolidated", "area_figures"), ("own", "single_words"), ("consolidated", "area_work")):
        if name == "single_words" and issuer and rules["area_government"].search(issuer):
            # An area's government says 本单位 in passing; its report is the area's where it speaks of the area.
            work = rules["area_work"].search(text) or (rules["area_words"].search(text) if issuer_is_titled else None)
            if work:
                return "consolidated", work.group()
        match = rules[name].search(text)
        if match:
            return ("consolidated" if scope == "consolidated" else "own"), match.group()
    return "unknown", None
