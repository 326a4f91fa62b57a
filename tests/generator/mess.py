"""What goes wrong between an office and its reader, one switch each, and where each switch means anything."""

from __future__ import annotations

import re
from decimal import Decimal
from random import Random

from tests.generator.document import State
from tests.generator.spec import FormSpec, Row, known_labels

FORMS = ("text_tabs", "text_pipes", "text_lines", "text_spaces", "html", "docx", "xlsx", "pdf", "text_prose")
TEXT_TABLES = ("text_tabs", "text_pipes", "text_lines", "text_spaces")
ENCODED = (*TEXT_TABLES, "text_prose", "html")
TABLES = tuple(form for form in FORMS if form != "text_prose")

MESS: dict[str, str] = {
    "spans": "markup cuts labels into pieces (nested spans, runs)",
    "split_labels": "long labels go on in a second line",
    "blanks": "zeros are left blank",
    "dashes": "zeros are printed as a dash or a stroke",
    "separators": "thousands separators",
    "fullwidth": "full-width digits",
    "furniture": "page numbers and page headers between the rows",
    "damage": "characters of some labels are read wrongly, their figures are past knowing",
    "swapped": "two neighbouring rows have changed places",
    "missing": "rows of the form are not printed",
    "extra": "local rows that the form does not have",
    "several": "other tables and sentences with other numbers around the form",
    "no_units": "the unit column is lost",
    "wrong_header": "column heads that are not the form's",
    "traditional": "traditional characters",
    "blank_totals": "the matrix leaves its row totals blank",
    "hybrid": "section two of G4 with the matrix of G3",
    "fault": "the publisher's own sum does not close",
    "utf8_bom": "UTF-8 with a byte order mark",
    "gb18030": "encoded in GB18030",
    "utf16": "encoded in UTF-16 with a byte order mark",
}
ENCODINGS = {"utf8_bom": "utf-8-sig", "gb18030": "gb18030", "utf16": "utf-16"}

_LISTS, _MATRICES = ("G1", "G2"), ("G3", "G4")
_DASHES = ("——", "—", "-", "/")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_NOTE = re.compile(r"\([^()]{4,}\)$")
_ORDINAL = re.compile(r"(?:其中:)?(?:[一二三四五六七八九十]、|\([一二三四五六七八九十0-9]+\)|[0-9]+\.)?")
_LOOKALIKE = str.maketrans("申请数开公息件政府主动行关组结受人收机理本年办上",
                           "中清敷井么恳仵攻俯王勋彷夫纽给爱入攸杋埋木午为土")
_TRADITIONAL = str.maketrans(
    "开动条规范总数发制过报网电当传络办结时长复属于围国业个隐稳经济会决机关补偿诉讼维护举纠错费设构专门阅点从员"
    "职训应读热舆参与负责谁线谈释余纳缴转续类别处罚强许项废现请务组织该审计际内终况万为体众减单后听执无栏检没满"
    "继编议认访话询购辑这递邮采问闻额驳题页征标统",
    "開動條規範總數發製過報網電當傳絡辦結時長復屬於圍國業個隱穩經濟會決機關補償訴訟維護舉糾錯費設構專門閱點從員"
    "職訓應讀熱輿參與負責誰線談釋餘納繳轉續類別處罰強許項廢現請務組織該審計際內終況萬為體眾減單後聽執無欄檢沒滿"
    "繼編議認訪話詢購輯這遞郵採問聞額駁題頁徵標統")


def applicable(mess: str, template: str, form: str) -> bool:
    """Whether a switch changes anything for this template in this form, and leaves the figures knowable.

    Blank cells are not offered where print has no mark for a cell: a matrix one cell or one row a line.
    """
    matrix, countable = template in _MATRICES, form not in ("text_lines", "text_spaces")
    if mess not in MESS or form not in FORMS:
        raise ValueError(f"unknown mess or form: {mess}, {form}")
    if mess in ENCODINGS:
        return form in ENCODED
    if form == "text_prose":
        return template != "G1" and (mess in ("fullwidth", "traditional", "several", "fault")
                                     or mess == "separators" and template == "G2")
    return {
        "spans": form in ("html", "docx"),
        "split_labels": form != "pdf",
        "blanks": countable or not matrix,
        "furniture": form in (*TEXT_TABLES, "pdf"),
        "no_units": not matrix,
        "blank_totals": matrix and countable,
        "hybrid": template == "G4",
    }.get(mess, True)


def clash(mess: frozenset[str]) -> bool:
    """Whether two switches contradict each other (a file has one encoding)."""
    return len(mess & set(ENCODINGS)) > 1


class Printer:
    """How one office fills in its cells; the same dash and the same habits through one document."""

    def __init__(self, mess: frozenset[str], rng: Random) -> None:
        self.mess, self.rng = mess, rng
        self.dash = rng.choice(_DASHES)

    def figure(self, value: Decimal, unit: str = "", sign: bool = False) -> tuple[str, State]:
        """The characters in a figure's cell, and the state that a reader should find there."""
        if value == 0:
            hides = [mess for mess in ("blanks", "dashes") if mess in self.mess]
            if hides and self.rng.random() < 0.7:
                return ("", "blank") if self.rng.choice(hides) == "blanks" else (self.dash, "dash")
            return self.digits(value), "zero"
        return self.digits(value, sign) + unit, "number"

    def digits(self, value: Decimal, sign: bool = False) -> str:
        text = f"{value:{'+' if sign else ''}{',' if 'separators' in self.mess else ''}f}"
        return text.translate(_WIDE) if "fullwidth" in self.mess else text


def traditional(text: str) -> str:
    """The same text in traditional characters (those of the forms' vocabulary)."""
    return text.translate(_TRADITIONAL)


def damaged(label: str, rng: Random) -> str:
    """A label as a poor scan gives it: one to three characters replaced, and never another label of any form.

    Ordinals and the note in brackets at a label's end are spared: a label is known without them.
    """
    core, start = _NOTE.sub("", label), _ORDINAL.match(label).end()
    places = [index for index in range(start, len(core)) if "\u4e00" <= core[index] <= "\u9fff"]
    while True:
        characters = list(label)
        for index in rng.sample(places, min(len(places), rng.randint(1, 3))):
            wrong = characters[index].translate(_LOOKALIKE)
            characters[index] = wrong if wrong != characters[index] else "口"
        if "".join(characters) not in known_labels():
            return "".join(characters)


def movable(rows: tuple[Row, ...], spec: FormSpec) -> list[str]:
    """Leaf rows whose label stands only once: they can move or go without making another row ambiguous."""
    labels = [row.label for row in rows]
    parents = {row.parent for row in rows}
    return [row.code for row in rows if not row.heading and row.code not in parents
            and labels.count(row.label) == 1 and row.parent is not None and spec.leaves(row.parent)]


def reordered(rows: tuple[Row, ...], spec: FormSpec, mess: frozenset[str], rng: Random) -> tuple[Row, ...]:
    """The rows with the switches ``missing`` and ``swapped`` applied."""
    kept = list(rows)
    if "missing" in mess:
        gone = set(rng.sample(movable(rows, spec), 2))
        kept = [row for row in kept if row.code not in gone]
    if "swapped" in mess:
        free = set(movable(rows, spec))
        pairs = [i for i in range(len(kept) - 1)
                 if {kept[i].code, kept[i + 1].code} <= free and kept[i].parent == kept[i + 1].parent]
        if pairs:
            at = rng.choice(pairs)
            kept[at], kept[at + 1] = kept[at + 1], kept[at]
    return tuple(kept)
