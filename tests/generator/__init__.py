"""Realistic reports of any template in any form, with their answer keys; the same seed gives the same bytes.

``generate(seed, template, form, mess)`` makes one report. All figures are invented; the places are real, so that
issuers can be resolved. A figure is truthful (every identity of the form closes) unless ``fault`` is switched on, and
the key says what is printed, not what would have been right. Labels come from the catalogue (``spec``), figures from
``figures``, the print from ``compose`` and ``forms``, the mess from ``mess``.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random

from tests.generator import prose
from tests.generator.compose import Composer
from tests.generator.document import Document, Generated, KeyRow
from tests.generator.figures import Figures, draw
from tests.generator.forms import docx, html, pdf, text, xlsx
from tests.generator.mess import ENCODINGS, FORMS, MESS, applicable, clash, traditional
from tests.generator.places import issuer
from tests.generator.spec import TEMPLATES, TOTAL, form_spec

__all__ = ["FORMS", "MESS", "TEMPLATES", "Generated", "KeyRow", "applicable", "generate"]

_WHOLES = {
    "G1": ("requests_received", "responses_total", "responses_denied_incl_other", "staff_total"),
    "G2": ("requests_received", "requests_closed", "responses_total", "reviews_total", "staff_total"),
    "G3": ("outcome_total", "requests_new", "review_total", "lawsuit_direct_total"),
}
_WHOLES["G4"] = _WHOLES["G3"]


def generate(seed: int, template: str, form: str, mess: frozenset[str] = frozenset()) -> Generated:
    """One report; raises ValueError for a switch that means nothing for this template in this form."""
    wrong = sorted(switch for switch in mess if not applicable(switch, template, form))
    if wrong or clash(mess) or (form == "text_prose" and template == "G1"):
        raise ValueError(f"not for {template} as {form}: {', '.join(wrong) or 'this combination'}")
    rng = Random(f"{seed} {template} {form}")
    spec = form_spec(template)
    code, place, body, year = issuer(seed, spec.years)
    figures = draw(spec, rng)
    matrix = form_spec("G3") if "hybrid" in mess else spec
    if matrix is not spec:
        figures = draw(matrix, rng) | {at: value for at, value in figures.items() if at[1] is None}
    faults = _plant(figures, template, rng) if "fault" in mess else ()
    name = f"{template.lower()}_{form}_{seed:05d}.{_suffix(form)}"
    if form == "text_prose":
        document, key = prose.compose(spec, figures, mess, rng, name, body, year)
    else:
        composer = Composer(spec, figures, mess, rng, name)
        document, key = composer.document(body, year, matrix), composer.key
    data = _render(document.map_text(traditional) if "traditional" in mess else document, form, mess, rng)
    return Generated(name, data, tuple(key), year, place, template, form, mess, code, body, faults)


def _plant(figures: Figures, template: str, rng: Random) -> tuple[str, ...]:
    """Make one whole disagree with its parts, as a publisher's slip would."""
    code = rng.choice(_WHOLES[template])
    at = (code, TOTAL) if (code, TOTAL) in figures else (code, None)
    figures[at] += Decimal(rng.randint(1, 9))
    return (code,)


def _suffix(form: str) -> str:
    return "txt" if form.startswith("text_") else form


def _render(document: Document, form: str, mess: frozenset[str], rng: Random) -> bytes:
    encoding = next((ENCODINGS[switch] for switch in mess if switch in ENCODINGS), "utf-8")
    if form.startswith("text_"):
        layout = form.removeprefix("text_")
        return text.render(document, "lines" if layout == "prose" else layout, mess, rng).encode(encoding)
    if form == "html":
        return html.render(document, mess, rng, encoding.removesuffix("-sig")).encode(encoding)
    return {"docx": docx, "xlsx": xlsx, "pdf": pdf}[form].render(document, mess, rng)
