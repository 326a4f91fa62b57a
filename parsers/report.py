"""One document, from bytes to what it says: the whole of reading, pure and deterministic."""

from __future__ import annotations

from parsers.catalogue.model import Catalogue
from parsers.forms import Document, read_document
from parsers.grid import PICTURE, Grid
from parsers.head import read_head
from parsers.observation import Issue, Observation, Report, ReportHead, UnreadableReport
from parsers.observe import Observed
from parsers.plans import observe
from parsers.prose import observe_prose

SUBJECTS = ("信息公开", "政务公开", "信息公開", "政務公開")
SUBJECT_WITHIN = 4000


def read_report(data: bytes, suffix: str, catalogue: Catalogue) -> Report:
    """Read one document.

    ``suffix`` is that of the file's name (``.txt``); the content decides where it contradicts it. Raises
    UnreadableReport with the reason where the bytes are no document of a known form, or the document is no disclosure
    report.
    """
    return interpret(read_document(data, suffix), catalogue)


def interpret(document: Document, catalogue: Catalogue) -> Report:
    """What the grids of a document say by the catalogue: the fast half of reading, done again when the catalogue grows.

    Raises UnreadableReport where the document is no disclosure report: neither a statistics table of the catalogue nor
    disclosure figures in its prose.
    """
    observed = observe(document.grids, catalogue)
    head = read_head(document.grids)
    if not observed.observations and not is_about_disclosure(document.grids):
        raise UnreadableReport("this is another kind of document: no statistics table of a known form, and nothing "
                               "about government information disclosure (信息公开) at its beginning")
    prose, prose_issues = _prose(observed, head, catalogue)
    if not observed.observations and not observed.issues and not any(o.origin == "prose" for o in prose):
        if head.report_year is None:
            raise UnreadableReport("no figure was understood: no statistics table of a known form, and figures of the "
                                   "text are read by the report's year, which neither title nor period names")
        raise UnreadableReport("no figure was understood: no statistics table of a known form, and no disclosure "
                               "figure in the text (are the tables pictures?)")
    issues = [*_document_issues(document), *head.issues, *observed.issues, *prose_issues]
    if not observed.observations and not observed.issues \
            and (_asks_for_tables(head, catalogue) or any(cell.text == PICTURE for cell, _ in observed.prose)):
        issues.append(Issue("shape_unknown", "no statistics table was found (are they pictures?), though a report of "
                            "this kind has some: the figures are those of sentences alone"))
    if head.report_year is None:
        issues.append(Issue("no_report_year", "neither the title nor the period nor a table caption names the year"))
    return Report(
        form=document.form, encoding=document.decoded.encoding if document.decoded else None, head=head,
        template_codes=observed.template_codes or tuple(dict.fromkeys(o.template_code for o in prose)),
        grids=document.grids, observations=(*observed.observations, *prose), issues=tuple(issues),
    )


def _asks_for_tables(head: ReportHead, catalogue: Catalogue) -> bool:
    """Whether the form of the report's year is tables within its sections (2019 on), and no list in an annex."""
    if head.report_year is None:
        return False
    template = catalogue.templates[catalogue.template_of_year(head.report_year)]
    return any(table.layout == "matrix" for table in template.tables)


def is_about_disclosure(grids: tuple[Grid, ...]) -> bool:
    """Whether the first characters of a document speak of government information disclosure."""
    seen = 0
    for grid in grids:
        for row in grid.rows:
            for cell in row:
                text = "".join(cell.text.split())
                if any(subject in text for subject in SUBJECTS):
                    return True
                seen += len(text)
                if seen > SUBJECT_WITHIN:
                    return False
    return False


def _prose(observed: Observed, head: ReportHead, catalogue: Catalogue) -> tuple[list[Observation], list[Issue]]:
    """Figures of the prose, in the template of the tables, or without one in that of the report year."""
    if observed.template_codes:
        template = observed.template_codes[-1]
    elif head.report_year is not None:
        template = catalogue.template_of_year(head.report_year)
    else:
        return [], []
    return observe_prose(observed.prose, template, catalogue, head.report_year)


def _document_issues(document: Document) -> list[Issue]:
    issues = []
    if document.differs_from_name:
        issues.append(Issue("form_differs_from_name", f"the content is {document.form}, whatever the file's name says"))
    decoded = document.decoded
    if decoded and decoded.other_lines:
        issues.append(Issue("mixed_encoding", f"{len(decoded.other_lines)} line(s) are not in {decoded.encoding} like "
                            f"the rest, the first is line {decoded.other_lines[0] + 1}"))
    if decoded and decoded.damaged_lines:
        issues.append(Issue("damaged_text", f"{len(decoded.damaged_lines)} line(s) could not be decoded, the first is "
                            f"line {decoded.damaged_lines[0] + 1}"))
    return issues
