"""``foi issues``: what was not understood in the published reports, grouped so that the next line to add shows."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.cli.read import open_published, place_of
from orchestration.cli.table import print_table
from orchestration.refresh.workbench import NotThere

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from parsers.catalogue.model import Catalogue, Indicator

Row = Mapping[str, Any]
UNLISTED = "unlisted_label"
ISSUES = """
SELECT report_id, source_file, issue_kind, coalesce(severity, 'error') AS severity, message, printed_text,
       indicator_code, nearest_labels, page, table_index, row_index, column_index, char_start, char_end
FROM marts.fact_report_issues WHERE $kind IS NULL OR issue_kind = $kind
ORDER BY source_file, issue_no
"""
# What the reports with unlisted labels do print, and by which generation of the form each of their tables was read.
PRINTED = """
SELECT DISTINCT report_id, table_index, template_code, indicator_code FROM marts.fact_reported_figures
WHERE report_id IN (SELECT report_id FROM marts.fact_report_issues WHERE issue_kind = 'unlisted_label')
ORDER BY ALL
"""
LOCAL_ROW = "no row of the form is missing there: a local row?"
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CODES_AT_END = re.compile(r": [a-z][a-z0-9_]*(?:, [a-z][a-z0-9_]*)*\.?$")
_PLAIN_YAML = re.compile(r"\w[\w()]*")


@dataclass(frozen=True)
class Group:
    """Issues that one remedy heals; ``example`` is the first by file, ``about`` the remedy or the indicators."""

    severity: str
    kind: str
    name: str
    about: str
    reports: int
    issues: int
    example: Row


def print_issues(published: Path, kind: str | None = None, limit: int = 20) -> None:
    """Print the ``limit`` worst groups of unlisted labels and of other issues, of one kind or all. Raises NotThere."""
    from parsers.catalogue import load

    limit = max(limit, 0)
    with open_published(published) as connection:
        known = [name for (name,) in connection.execute("SELECT kind FROM catalogue.issue_kinds ORDER BY 1").fetchall()]
        if kind is not None and kind not in known:
            raise NotThere(f"no issue is of the kind {kind!r}; the kinds are: {', '.join(known)}")
        issues = _fetch(connection, ISSUES, {"kind": kind})
        printed = _fetch(connection, PRINTED) if any(i["issue_kind"] == UNLISTED for i in issues) else []
    labels = label_groups([i for i in issues if i["issue_kind"] == UNLISTED], printed, load())
    others = other_groups([i for i in issues if i["issue_kind"] != UNLISTED])
    if not issues:
        print("No issue is open.")
    if labels:
        print("Labels that the catalogue does not list, and the line that would heal most reports first:")
        _print_groups(labels, limit, ("reports", "label", "remedy", "for example", "place"), lambda g: (
            g.reports, g.name, g.about))  # fmt: skip
    if others:
        print("Other issues:")
        columns = ("reports", "issues", "severity", "kind", "message", "about", "for example", "place")
        _print_groups(others, limit, columns, lambda g: (g.reports, g.issues, g.severity, g.kind, g.name, g.about))


def label_groups(issues: Iterable[Row], printed: Iterable[Row], catalogue: Catalogue) -> list[Group]:
    """Unlisted labels by their normalised form, each with its remedy: first what a line of the catalogue heals, and of
    that what stands in most reports.

    The remedy is the nearest known label that the same reports do not print elsewhere: a label near to one that is
    printed already names something else.
    """
    from parsers.labels import compact, normalise, strip_ordinal

    codes: dict[str, set[str]] = defaultdict(set)
    templates: dict[str, dict[str, None]] = defaultdict(dict)
    for row in printed:
        codes[row["report_id"]].add(row["indicator_code"])
        templates[f"{row['report_id']} {row['table_index']}"][row["template_code"]] = None
        templates[row["report_id"]][row["template_code"]] = None
    groups: dict[str, list[Row]] = defaultdict(list)
    for issue in issues:
        groups[normalise(issue["printed_text"])].append(issue)
    found = []
    for key, members in groups.items():
        votes: Counter[Indicator] = Counter()
        for issue in members:
            forms = (*templates[f"{issue['report_id']} {issue['table_index']}"], *templates[issue["report_id"]])
            votes.update(_nearest(issue, forms, codes[issue["report_id"]], catalogue)[:1])
        label = strip_ordinal(compact(members[0]["printed_text"]))
        indicator = votes.most_common(1)[0][0] if votes else None
        found.append(_group(members, label, _remedy(key, label, indicator)))
    return sorted(found, key=lambda g: (g.about == LOCAL_ROW, -g.reports, -g.issues, g.name))


def _nearest(issue: Row, templates: Iterable[str], printed: set[str], catalogue: Catalogue) -> list[Indicator]:
    """The known rows near to an unlisted label that its report does not print, nearest first."""
    found = []
    for near in issue["nearest_labels"]:
        code, _, label = near.partition(": ")
        asked = (catalogue.templates[t].indicators.get(code) for t in templates if t in catalogue.templates)
        indicator = next((i for i in asked if i is not None and i.label == label), None)
        if indicator is not None and code not in printed:
            found.append(indicator)
    return found


def _remedy(key: str, label: str, indicator: Indicator | None) -> str:
    if indicator is None:
        return LOCAL_ROW
    if key in indicator.keys:
        return f"listed by now as {indicator.code}: run `foi refresh`"
    variant = label if _PLAIN_YAML.fullmatch(label) else json.dumps(label, ensure_ascii=False)
    file = f"parsers/catalogue/{indicator.template_code.lower()}.yml"
    return f"{file}: {indicator.code}: variants += [{variant}]  (near to {indicator.label})"


def other_groups(issues: Iterable[Row]) -> list[Group]:
    """Issues by kind and wording, whatever they quote or count; errors first, then those in most reports."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for issue in issues:
        groups[issue["issue_kind"], pattern(issue["message"])].append(issue)
    rank = {"error": 0, "warning": 1, "note": 2}
    found = [_group(members, name, _indicators(members)) for (_, name), members in groups.items()]
    return sorted(found, key=lambda g: (rank.get(g.severity, 0), -g.reports, -g.issues, g.kind, g.name))


def pattern(message: str) -> str:
    """A message without what it quotes, counts and lists at its end."""
    return _NUMBER.sub("N", _QUOTED.sub("…", _CODES_AT_END.sub(": …", message)))


def _indicators(issues: Sequence[Row]) -> str:
    counts = Counter(i["indicator_code"] for i in issues if i["indicator_code"])
    shown = [f"{code} ×{number}" if number > 1 else code for code, number in counts.most_common(3)]
    return ", ".join(shown) + (f" and {len(counts) - 3} more" if len(counts) > 3 else "")


def _group(issues: Sequence[Row], name: str, about: str) -> Group:
    first = issues[0]
    reports = {i["report_id"] for i in issues}
    return Group(first["severity"], first["issue_kind"], name, about, len(reports), len(issues), first)


def _print_groups(groups: Sequence[Group], limit: int, columns: Sequence[str], cells: Any) -> None:
    print_table(columns, [(*cells(g), g.example["source_file"], _place(g.example)) for g in groups[:limit]])
    if len(groups) > limit:
        print(f"  and {len(groups) - limit:,} more groups: --limit {len(groups)} shows all\n")


def _place(issue: Row) -> str | None:
    return None if issue["table_index"] is None else place_of(dict(issue))


def _fetch(connection: DuckDBPyConnection, query: str, values: Row | None = None) -> list[dict[str, Any]]:
    result = connection.execute(query, values) if values else connection.execute(query)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
