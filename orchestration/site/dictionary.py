"""The data dictionary: a page per template, one of the series from 2008 on, one of the outcomes; from the catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from orchestration.site.markup import Html, code, heading, link, listed, paragraph, table, text

Rows = list[dict[str, Any]]
GRADES = {
    "A": "同一口径，同一单位 · same thing, same unit",
    "B": "同一事项，口径有变：标出断点，不跨断点求差 · "
         "same idea, other boundary: mark the break, do not difference across it",
    "C": "仅大类可比 · only the broad bucket compares",
    "X": "不可比，或此前未采集 · not comparable, or not asked before",
}  # fmt: skip
AXES = {"scalar": "单列 one figure", "matrix_row": "矩阵行 row of the request matrix",
        "matrix_column": "矩阵列 column group of the disputes table"}  # fmt: skip
RELATIONS = {"eq": "应相等 parts equal the whole", "le": "不超过 parts do not exceed the whole",
             "ge": "不少于 parts reach the whole", "none": "标题行不应有数值 a heading carries no figure"}  # fmt: skip


def pages(tables: Mapping[str, Rows]) -> dict[str, str]:
    """Path in the site to Markdown. ``tables`` are those of ``parsers.catalogue``."""
    made = {f"dictionary/{t['template_code']}.md": _template(t, tables) for t in tables["templates"]}
    return made | {
        "dictionary/index.md": _index(tables),
        "dictionary/series.md": _series(tables),
        "dictionary/outcomes.md": _outcomes(tables),
    }


def _index(tables: Mapping[str, Rows]) -> str:
    counts = defaultdict(int)
    for row in tables["indicators"]:
        counts[row["template_code"]] += not row["is_heading"]
    templates = (
        (link(t["template_code"], f"{t['template_code']}.html"), t["name_zh"], t["name_en"],
         f"{t['first_year']}–{t['last_year'] or ''}", counts[t["template_code"]], t["source"])
        for t in tables["templates"]
    )  # fmt: skip
    units = ((u["unit_code"], u["label_en"], u["to_base"]) for u in tables["units"])
    kinds = ((code(k["kind"]), k["title_zh"], k["title_en"], k["severity"]) for k in tables["issue_kinds"])
    applicants = ((code(a["applicant_type_code"]), a["label_zh"], a["label_en"]) for a in tables["applicant_types"])
    across = ((c["check_code"], c["title_zh"], c["title_en"], c["rule"], c["note_zh"], c["note_en"])
              for c in tables["cross_checks"])  # fmt: skip
    return (
        "# 数据词典 · Data dictionary\n\n"
        "每个指标按其所在表式逐一说明：印刷用语、含义、单位、所属序列、勾稽关系与注意事项。按原文检索请用右上角搜索框。\n\n"
        "Every indicator in the form that asks it: how it is printed, what it means, its unit, series, identities and "
        "caveats. Search finds it by its printed label.\n\n"
        "[序列 Series 2008–](series.md) · [办理结果 Outcomes](outcomes.md)\n"
        + heading(2, "表式 Templates", "templates")
        + table(("代码 code", "表名", "name", "年份 years", "指标数 indicators", "依据 source"), templates)
        + heading(2, "申请人类型 Applicant types", "applicants") + table(("代码 code", "名称", "meaning"), applicants)
        + heading(2, "单位 Units", "units") + table(("单位 unit", "meaning", "换算 to base"), units)
        + heading(2, "未能理解之处 Kinds of issues", "issues")
        + table(("代码 code", "含义", "meaning", "轻重 severity"), kinds)
        + heading(2, "跨报告核对 Checks across reports", "across")
        + table(("代码 code", "不成立的含义", "what it means if it fails", "算式 rule", "说明", "note"), across)
    )  # fmt: skip


def _template(template: dict[str, Any], tables: Mapping[str, Rows]) -> str:
    name = template["template_code"]
    rows = [row for row in tables["indicators"] if row["template_code"] == name]
    facts = _facts_of(name, tables)
    parts = [
        f"# {name} {template['name_zh']}\n",
        paragraph(f"{template['name_en']} · {template['first_year']}–{template['last_year'] or '今 today'} · "
                  f"依据 source: {template['source']}"),
    ]  # fmt: skip
    section = None
    for row in rows:
        if row["section_zh"] != section:
            section = row["section_zh"]
            if row["is_heading"] and row["label_zh"] == section:
                parts.append(_heading(2, row, facts[row["indicator_code"]]))
                continue
            parts.append(heading(2, section or "其他 other", f"section-{row['position']}"))
        parts.append(_indicator(row, rows, facts[row["indicator_code"]]))
    parts.append(heading(2, "勾稽关系 Identities", "identities"))
    identities = [d for d in tables["identities"] if d["template_code"] == name]
    parts.append(table(
        ("代码 code", "关系 rule", "类型 kind", "说明", "note", "逐列 per applicant"),
        ((Html(f'<span id="{d["identity_code"]}">{code(d["identity_code"])}</span>'), code(d["rule"]),
          f"{RELATIONS[d['relation']]} ({d['strength']})", d["note_zh"], d["note_en"], d["per_applicant"])
         for d in identities),
    ))  # fmt: skip
    return "".join(parts)


def _facts_of(template: str, tables: Mapping[str, Rows]) -> dict[str, dict[str, Any]]:
    """What other tables of the catalogue say of each indicator of a template."""
    found: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(list))
    for row in tables["label_variants"]:
        if row["template_code"] == template:
            found[row["indicator_code"]]["labels"].append(row["label"])
    series = {row["series_code"]: row for row in tables["series"]}
    for row in tables["series_terms"]:
        if row["template_code"] == template:
            found[row["indicator_code"]]["series"].append({**series[row["series_code"]], **row})
    for row in tables["outcome_cells"]:
        if row["template_code"] == template:
            found[row["indicator_code"]]["outcomes"].append(row["outcome_code"])
    rules = {row["identity_code"]: row for row in tables["identities"] if row["template_code"] == template}
    for identity, indicator in sorted({(r["identity_code"], r["indicator_code"]) for r in tables["identity_terms"]}):
        if identity in rules:
            found[indicator]["identities"].append(rules[identity])
    return found


def _indicator(row: dict[str, Any], rows: Rows, facts: Mapping[str, Any]) -> str:
    anchor = row["indicator_code"]
    if row["is_heading"]:
        return _heading(3, row, facts)
    parent = next((r for r in rows if r["indicator_code"] == row["parent_code"]), None)
    known = [
        ("代码 code", code(anchor)),
        ("含义 meaning", row["label_en"]),
        ("单位 unit", row["unit_code"]),
        ("印刷用语 printed as", listed(map(code, facts["labels"]), " ")),
        ("上级 part of", link(parent["label_zh"], f"#{parent['indicator_code']}") if parent else None),
        ("位置 where", AXES.get(row["axis"], row["axis"])),
        ("序列 series", listed((_series_link(s) for s in facts["series"]), "<br>")),
        ("办理结果 outcome", listed((link(o, f"outcomes.html#{o}") for o in facts["outcomes"]), " ")),
        ("勾稽关系 identities", listed((_identity_link(d) for d in facts["identities"]), "<br>")),
        ("注意 caveats", _caveats(row, facts)),
    ]
    return heading(3, row["label_zh"], anchor) + table(("", ""), [pair for pair in known if pair[1]])


def _heading(level: int, row: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    about = paragraph(f"{row['label_en']} · 标题行，不载数值 carries no figure")
    return heading(level, row["label_zh"], row["indicator_code"]) + about + table(("", ""), [
        ("印刷用语 printed as", listed(map(code, facts["labels"]), " ")),
    ])  # fmt: skip


def _series_link(term: Mapping[str, Any]) -> Html:
    sign = "" if term["weight"] == 1 else f" × {text(term['weight'])}"
    grade = f" · 断点 break {text(term['comparability'])}" if term["comparability"] else ""
    return Html(f"{link(term['label_zh'], 'series.html#' + term['series_code'])} {text(term['label_en'])}{sign}{grade}")


def _identity_link(identity: Mapping[str, Any]) -> Html:
    return Html(f"{link(identity['identity_code'], '#' + identity['identity_code'])} {text(identity['note_zh'])}")


def _caveats(row: Mapping[str, Any], facts: Mapping[str, Any]) -> Html:
    """What to beware of: a wording that is recalled and not read, breaks, sums that may fail for a reason."""
    found = []
    if row["evidence"] != "verified":
        found.append("措辞系回忆，未见原表 The wording is recalled; no blank form was read.")
    breaks = (s for s in facts["series"] if s["comparability"] in ("B", "C", "X"))
    found += [f"{s['label_zh']}：{GRADES[s['comparability']]}" for s in breaks]
    found += [d["note_en"] for d in facts["identities"] if d["strength"] != "exact" and d["note_en"]]
    return listed(dict.fromkeys(found), "<br>")


def _series(tables: Mapping[str, Rows]) -> str:
    templates = [t["template_code"] for t in tables["templates"]]
    labels = {(i["template_code"], i["indicator_code"]): i["label_zh"] for i in tables["indicators"]}
    parts = [
        "# 序列 2008– · Series from 2008 on\n\n"
        "每个序列由各代表式的印刷单元格加减而成，从不作为印刷数值存储。断点等级说明能否跨代比较。\n\n"
        "Each series is a signed sum of printed cells in each generation of the form, never a printed figure. The "
        "grade says what may be compared across the break into a generation.\n",
        table(("等级 grade", "含义 meaning"), GRADES.items()),
    ]
    for series in tables["series"]:
        terms = [t for t in tables["series_terms"] if t["series_code"] == series["series_code"]]
        parts.append(heading(2, f"{series['label_zh']} {series['label_en']}", series["series_code"]))
        parts.append(paragraph(series["description"]) if series["description"] else "")
        parts.append(paragraph(Html(f"{code(series['series_code'])} · {text(series['unit_code'])}")))
        generations = (_generation(t, terms, labels) for t in templates)
        parts.append(table(("表式 form", "单元格 cells", "进入该代的断点 break"), generations))
    return "".join(parts)


def _generation(template: str, terms: Rows, labels: Mapping[tuple[str, str], str]) -> tuple[Any, Any, Any]:
    mine = [t for t in terms if t["template_code"] == template]
    if not mine:
        return template, "未采集 not asked", None
    cells = listed((_cell(t, labels[template, t["indicator_code"]]) for t in mine), "<br>")
    return template, cells, next((t["comparability"] for t in mine if t["comparability"]), None)


def _cell(term: Mapping[str, Any], label: str) -> Html:
    sign = "+" if term["weight"] == 1 else "−" if term["weight"] == -1 else f"{text(term['weight'])} ×"
    place = f"{term['template_code']}.html#{term['indicator_code']}"
    return Html(f"{sign} {link(label, place)}"
                f" {code(term['indicator_code'])}")  # fmt: skip


def _outcomes(tables: Mapping[str, Rows]) -> str:
    labels = {(i["template_code"], i["indicator_code"]): i["label_zh"] for i in tables["indicators"]}
    cells = defaultdict(list)
    for c in tables["outcome_cells"]:
        label = f"{c['template_code']} {labels[c['template_code'], c['indicator_code']]}"
        cells[c["outcome_code"]].append(link(label, f"{c['template_code']}.html#{c['indicator_code']}"))
    rows = (
        (Html(f'<span id="{o["outcome_code"]}">{code(o["outcome_code"])}</span>'), o["label_zh"], o["label_en"],
         o["outcome_group"], o["us_term"], o["uk_term"], listed(cells[o["outcome_code"]], "<br>"))
        for o in tables["outcomes"]
    )  # fmt: skip
    return (
        "# 办理结果 · Outcomes\n\n四代表式统一后的办理结果，附最接近的美国、英国术语。\n\n"
        "Outcomes of requests, harmonised over the forms, with the nearest terms of the United States and the United "
        "Kingdom. Administrative review (行政复议) is decided by the superior government, not by the same body.\n"
        + table(("代码 code", "名称", "meaning", "组 group", "美 US", "英 UK", "印刷单元格 printed cells"), rows)
    )
