"""Who a document says issued it, beside its title: a body below the title, a clause, a signature, the page's table."""

from __future__ import annotations

import re
from datetime import date

from parsers.head.dates import DAY, arabic_dates, find_day
from parsers.head.lines import Lines
from parsers.head.titles import Title, is_no_issuer

COMPILED_WITHIN = 4000

_COMPILED = re.compile(r"由(?P<issuer>[^,。;:由]{2,50}?)"
                       r"(?:根据|按照|依据|依照|综合|汇总|负责|组织|牵头|统一|编制|编写|汇编|撰写)[^。;]{0,120}?")
_COMPILED_VERB = re.compile(r"编制|编写|汇编|撰写|编发")
_BODY_END = (r"(?:政府|局|委员会|委|厅|办公厅|办公室|院|中心|公司|大学|学院|学校|街道办事处|街道|管委会|"
             r"管理处|联合会|协会|办|集团|医院|银行|海关|站|所|处|会|队|馆|镇|乡)")
_BODY = re.compile(rf"[一-鿿()·]{{2,38}}{_BODY_END}(?:\([^()]{{1,12}}\))?")
_PLACE = re.compile(r"[一-鿿]{2,20}[省市县区州旗盟]")
_DATE_LINE = re.compile(DAY)
PUBLISHES = "公开主体|发布机构|发布单位|发文机关|发文机构|发文单位|制发机关|公开机构|公开单位"
"""Words of a page's table or of the line below its title, for the body that published what is on it."""
_FILLING = rf"(?:填报单位|编制单位|报送单位|{PUBLISHES}|(?:公开)?责任部门)"
_FILLED_BY = re.compile(rf"{_FILLING}[:(]?(?:盖章|公章)?[):]*(?P<issuer>[一-鿿()·]{{3,40}})")
_FILLED_BY_HEAD = re.compile(rf"{_FILLING}:?")
_YEAR_LINE = re.compile(r"\(?20[0-9]{2}年?度?\)?")


def find_issuer(title: Title | None, caption_issuer: str, lines: Lines) -> tuple[str | None, str | None]:
    """The issuer as printed, and where: title, compiled_by, signature, reporting_unit or caption."""
    if title and title.issuer:
        return title.issuer, "title"
    below = _below_title(title, lines.texts) if title else None
    if below:
        return below, "title"
    compiled = _compiled_by("\n".join(lines.prose))
    if compiled:
        return compiled, "compiled_by"
    signed = signature(lines.texts)
    if signed:
        return signed[0], "signature"
    filling = _filling_unit(lines.texts)
    if filling:
        return filling, "reporting_unit"
    return (caption_issuer, "caption") if caption_issuer else (None, None)


def signature(texts: list[str]) -> tuple[str, date] | None:
    """A line that is a body's name alone, with a date alone on the next line or the one after; the last such pair."""
    for number in range(len(texts) - 1, -1, -1):
        if texts[number][0] not in "2二":  # how every date line begins, in digits or numerals
            continue
        day = arabic_dates(texts[number])
        if len(day) > 14 or not _DATE_LINE.fullmatch(day):
            continue
        for above in texts[max(0, number - 2):number][::-1]:
            if len(above) <= 42 and _BODY.fullmatch(above):
                found = find_day(day)
                return (above, found) if found else None
    return None


def _below_title(title: Title, texts: list[str]) -> str | None:
    """The body or place named alone on the line below a title that names none, a line for its year left out."""
    below = [arabic_dates(text) for text in texts[title.line + 1:title.line + 3] if len(text) <= 42]
    body = next((text for text in below if not _YEAR_LINE.fullmatch(text)), "").strip("()")
    return body if (_BODY.fullmatch(body) or _PLACE.fullmatch(body)) and not is_no_issuer(body) else None


def _compiled_by(body: str) -> str | None:
    """The body that the clause 由 … 编制 names, in the first part of the text."""
    # Numerals of dates shrink by a third at most, so twice the length is more than enough to convert.
    joined = arabic_dates(body[:2 * COMPILED_WITHIN])[:COMPILED_WITHIN].replace("\n", "")
    for match in _COMPILED.finditer(joined):
        sentence = joined[match.start():match.start() + 220].split("。")[0]
        issuer = match["issuer"].split("(")[0]
        if _COMPILED_VERB.search(sentence) and _BODY.fullmatch(issuer) and not is_no_issuer(issuer):
            return issuer
    return None


def _filling_unit(texts: list[str]) -> str | None:
    """The body that the form or the page's own table names as the one that filled in or issued, also in the cell
    after the words for it."""
    for number, text in enumerate(texts):
        if len(text) >= 120:
            continue
        match = _FILLED_BY.search(text)
        if match:
            return match["issuer"]
        after = texts[number + 1] if number + 1 < len(texts) and _FILLED_BY_HEAD.fullmatch(text) else ""
        if len(after) <= 42 and _BODY.fullmatch(after):
            return after
    return None
