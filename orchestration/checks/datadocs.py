"""Data Docs that are read without a network: what Great Expectations renders, in pages of our own.

Its own pages load styles and scripts from content delivery networks, draw their index with a script, and print values
unescaped. Here its sections are taken as fragments, reduced to inert markup, and set into pages that carry their whole
style and a policy that lets nothing be loaded and nothing be run. Grain: one page per suite, and index.html.
"""

from __future__ import annotations

import html
import re
import shutil
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from orchestration.checks.suite import CheckResult

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
# Elements of a rendered fragment that run, load, or mean nothing without a script.
DROPPED = ("script", "style", "link", "meta", "base", "iframe", "object", "embed", "img", "svg", "video", "audio",
           "form", "input", "button", "source")
KEPT_ATTRIBUTES = ("class", "colspan", "rowspan", "hidden")
SHOWN_ROWS = 20
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

STYLE = """
:root { --ink: #1d2433; --muted: #5b6472; --line: #d8dde5; --paper: #fff; --shade: #f4f6f9;
  --good: #1a7f4b; --bad: #b3261e; --warn: #9a6200; --link: #0b5cad; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --muted: #a3acba; --line: #3a4250; --paper: #171b22;
  --shade: #20262f; --good: #57c98b; --bad: #ff8a80; --warn: #f0b84a; --link: #7db8ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; }
a { color: var(--link); }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .25rem; }
h5, h6, .h5, .h6 { font-size: .95rem; margin: 0; }
p { margin: .25rem 0 .75rem; } .muted { color: var(--muted); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; font-size: .92rem; }
th, td { border: 1px solid var(--line); padding: .35rem .55rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
th { background: var(--shade); overflow-wrap: normal; white-space: nowrap; } td table { margin: .25rem 0; }
span.good, span.bad, span.warn, span.idle { white-space: nowrap; }
.good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
.warn { color: var(--warn); font-weight: 600; } .idle { color: var(--muted); font-weight: 600; }
.text-success::before { content: "\\2713"; color: var(--good); font-weight: 700; font-style: normal; }
.text-danger::before { content: "\\2717"; color: var(--bad); font-weight: 700; font-style: normal; }
.fa-exclamation-triangle::before { content: "\\26A0"; font-style: normal; }
.alert { background: var(--shade); border-left: 4px solid var(--line); padding: .4rem .7rem; margin: .75rem 0 .25rem; }
.badge { background: var(--shade); border: 1px solid var(--line); border-radius: .3rem; padding: 0 .35rem; }
code, .code { font-family: ui-monospace, monospace; font-size: .88em; }
summary { cursor: pointer; color: var(--link); }
"""


@dataclass
class Section:
    """One frame of a suite: its results, and the verdict of Great Expectations where there was something to check."""

    suite: str
    title: str
    about: str
    results: list[CheckResult] = field(default_factory=list)
    verdict: Any = None


def write_site(docs_dir: Path, run_id: str, sections: list[Section]) -> None:
    """Replace ``docs_dir`` by the pages of this run; a reader finds the old site or the new one, never a mixture.

    A folder cannot be replaced in one step everywhere, so there is an instant without it; a failure restores the old.
    Raises OSError.
    """
    work = docs_dir.with_name(f".{docs_dir.name}.work")
    shutil.rmtree(work, ignore_errors=True)  # of a run that was killed
    site = work / "new"
    site.mkdir(parents=True)
    try:
        suites = {suite: list(group) for suite, group in groupby(sections, key=lambda section: section.suite)}
        (site / "index.html").write_text(_index(run_id, suites), encoding="utf-8")
        for suite, group in suites.items():
            (site / f"{suite}.html").write_text(_suite_page(run_id, suite, group), encoding="utf-8")
        _swap(site, docs_dir, work / "old")
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _swap(new: Path, target: Path, aside: Path) -> None:
    had_one = target.exists()
    if had_one:
        target.rename(aside)
    try:
        new.rename(target)
    except OSError:
        if had_one:
            aside.rename(target)
        raise


def _index(run_id: str, suites: dict[str, list[Section]]) -> str:
    parts = []
    for suite, sections in suites.items():
        results = [result for section in sections for result in section.results]
        parts.append(f'<h2 id="{suite}"><a href="{suite}.html">{html.escape(suite)}</a></h2><p>{_tally(results)}</p>')
        parts.append(_results_table(results))
    failing = [r for sections in suites.values() for section in sections for r in section.results if not r.success]
    verdict = '<span class="good">Nothing blocks publishing.</span>'
    if any(result.blocks for result in failing):
        verdict = '<span class="bad">Publishing is blocked.</span>'
    return _page("Data Docs", run_id, f"<p>{verdict}</p>{''.join(parts)}", home=False)


def _suite_page(run_id: str, suite: str, sections: list[Section]) -> str:
    results = [result for section in sections for result in section.results]
    return _page(suite, run_id, f"<p>{_tally(results)}</p>" + "".join(map(_section, sections)), home=True)


def _section(section: Section) -> str:
    failing = [result for result in section.results if result.failing_rows]
    return (
        f"<section><h2>{html.escape(section.title)}</h2><p>{html.escape(section.about)}</p>"
        f"{_results_table(section.results)}{''.join(map(_failing_rows, failing))}"
        f"{rendered(section.verdict) if section.verdict else ''}</section>"
    )


def _tally(results: list[CheckResult]) -> str:
    blocking = sum(result.blocks for result in results)
    warning = sum(not result.success for result in results) - blocking
    return f"{len(results)} expectations, {blocking} failed and block, {warning} failed and warn."


def _results_table(results: list[CheckResult]) -> str:
    rows = "".join(
        f"<tr><td>{r.expectation_no}</td><td>{_status(r)}</td><td>{html.escape(r.description)}<br>"
        f'<code class="muted">{html.escape(r.expectation)}</code></td><td>{html.escape(r.observed)}</td>'
        f"<td>{html.escape(r.floor or '')}</td></tr>"
        for r in results
    )
    heads = "".join(f"<th>{head}</th>" for head in ("No.", "Verdict", "Expectation", "Observed", "Floor"))
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _status(result: CheckResult) -> str:
    if result.blocks:
        return '<span class="bad">✗ blocks</span>'
    if not result.success:
        return '<span class="warn">⚠ warns</span>'
    idle = result.observed.startswith(("nothing to check", "not applicable"))
    return '<span class="idle">– idle</span>' if idle else '<span class="good">✓ holds</span>'


def _failing_rows(result: CheckResult) -> str:
    heads = list(result.failing_rows[0])
    shown = result.failing_rows[:SHOWN_ROWS]
    body = "".join(
        "<tr>" + "".join(f"<td>{_value(row.get(head))}</td>" for head in heads) + "</tr>" for row in shown
    )
    head = "".join(f"<th>{html.escape(str(name))}</th>" for name in heads)
    return (
        f"<details open><summary>Expectation {result.expectation_no}: {len(shown)} of {result.failing_count} failing "
        f'rows</summary><div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        "</details>"
    )


def _value(value: object) -> str:
    return '<span class="muted">null</span>' if value is None else html.escape(str(value))


def rendered(verdict: Any) -> str:
    """What Great Expectations renders of one verdict, without its overview, as inert markup."""
    pages, view = _renderers()
    sections = pages.render(verdict).sections[1:]
    fragments = (view.render({"section": section.to_json_dict(), "section_loop": {}}) for section in sections)
    body = "".join(map(inert, fragments))
    return f"<details><summary>As rendered by Great Expectations</summary>{body}</details>"


@cache
def _renderers() -> tuple[Any, Any]:
    """The renderers of Great Expectations, made once: a view compiles all of its templates anew."""
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaSectionView

    return ValidationResultsPageRenderer(), DefaultJinjaSectionView()


def inert(fragment: str) -> str:
    """The markup of a fragment with everything taken out that runs, loads, styles or links outside."""
    root = lxml_html.fragment_fromstring(UNPRINTABLE.sub("\ufffd", fragment), create_parent="div")
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag in DROPPED:
            if element.getparent() is not None:
                element.drop_tree()
            continue
        for name in list(element.attrib):
            if name not in KEPT_ATTRIBUTES:
                del element.attrib[name]
    return lxml_html.tostring(root, encoding="unicode")


def _page(title: str, run_id: str, body: str, home: bool) -> str:
    link = '<p><a href="index.html">All suites</a></p>' if home else ""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{STYLE}</style></head><body>{link}<h1>{html.escape(title)}</h1>"
        f'<p class="muted">Run {html.escape(run_id)}</p>{body}</body></html>\n'
    )
