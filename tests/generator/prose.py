"""Reports without a table: the figures in sentences, in the usual phrasings, with other numbers in between."""

from __future__ import annotations

from random import Random

from tests.generator.document import Document, KeyRow
from tests.generator.figures import Figures
from tests.generator.mess import Printer
from tests.generator.spec import TOTAL, FormSpec
from tests.generator.words import closing, opening

# Each sentence states the figures named in braces; codes as in the catalogue, of the whole report.
SENTENCES = {
    "G2": (
        "全年主动公开政府信息{proactive_items}条。其中，政府网站公开政府信息{proactive_channel_website}条，"
        "政务微博公开政府信息{proactive_channel_weibo}条，政务微信公开政府信息{proactive_channel_wechat}条。",
        "全年收到政府信息公开申请{requests_received}件，其中，当面申请{requests_received_in_person}件，"
        "传真申请{requests_received_fax}件，网络申请{requests_received_online}件，"
        "信函申请{requests_received_letter}件。",
        "从申请的答复结果看，属于已主动公开范围的{responses_already_public}件，同意公开的{responses_granted_full}件，"
        "不同意公开的{responses_denied}件，申请信息不存在的{responses_not_exist}件。",
        "全年因政府信息公开引起的行政复议{reviews_total}件，其中，被依法纠错{reviews_corrected}件。",
        "全年因政府信息公开引起的行政诉讼{lawsuits_total}件。",
    ),
    "G3": (
        "本年新收政府信息公开申请{requests_new}件，上年结转政府信息公开申请{requests_carried_in}件，"
        "结转下年度继续办理{requests_carried_out}件。",
        "从申请的办理结果看，予以公开{outcome_granted_full}件，部分公开{outcome_granted_partial}件。",
        "因政府信息公开引起的行政复议{review_total}件。",
    ),
}
SENTENCES["G4"] = SENTENCES["G3"]
TRAPS = ("热线平台受理来电{a}个，按期办结率{b}%。", "门户网站信息比上年增加{a}条，增长{b}%。",
         "县长信箱收到来信{a}封。")


def compose(spec: FormSpec, figures: Figures, mess: frozenset[str], rng: Random, file: str, issuer: str,
            year: int) -> tuple[Document, list[KeyRow]]:
    """A report in sentences, and its key: origin prose, zero printed as 0."""
    printer = Printer(mess, rng)
    key: list[KeyRow] = []

    class Stated(dict):
        def __missing__(self, code: str) -> str:
            value = figures[(code, TOTAL) if (code, TOTAL) in figures else (code, None)]
            text, state = printer.figure(value)
            applicant = TOTAL if (code, TOTAL) in figures else ""
            key.append(KeyRow(file, spec.template, code, applicant, value, text, state, "prose"))
            return text

    sentences = [sentence.format_map(Stated()) for sentence in SENTENCES[spec.template]]
    if "several" in mess:
        for sentence in rng.sample(TRAPS, 2):
            sentences.insert(rng.randint(0, len(sentences)),
                             sentence.format(a=rng.randint(100, 9000), b=rng.randint(1, 100)))
    return Document((*opening(spec, issuer, year), *sentences, *closing(issuer, year, rng))), key
