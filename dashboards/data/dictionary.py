"""What the forms ask: indicators by their printed words, generation by generation."""

from __future__ import annotations

from dashboards.data.store import Row, Snapshot

_BARE = "regexp_replace(lower({}), '[[:punct:]（）、：《》，。 　]', '', 'g')"


def search(warehouse: Snapshot, text: str, template: str | None, limit: int = 60) -> list[Row]:
    """Indicators one of whose printed labels, codes or English names contains the text; punctuation is no matter."""
    bare = _BARE.format("$text")
    return warehouse.rows(
        f"""
        SELECT *, list_min(list_transform(list_append(label_variants, label_zh), x -> length(x))) AS shortest
        FROM marts.dim_indicator
        WHERE ($template::VARCHAR IS NULL OR template_code = $template)
          AND (len(list_filter(list_append(label_variants, label_zh),
                   x -> contains({_BARE.format("x")}, {bare}))) > 0
               OR contains(indicator_code, lower($text)) OR contains(lower(label_en), lower($text)))
        ORDER BY len(list_filter(list_append(label_variants, label_zh),
                 x -> ends_with({_BARE.format("x")}, {bare}))) > 0
                 DESC, shortest, indicator_code, template_code LIMIT $limit""",
        text=text,
        template=template,
        limit=limit,
    )


def indicator(warehouse: Snapshot, code: str) -> list[Row]:
    """One row a generation that asks for an indicator, the oldest first, with its parent's words."""
    return warehouse.rows(
        """
        SELECT words.*, parents.label_zh AS parent_label_zh, parents.label_en AS parent_label_en,
               forms.name_zh AS template_zh, forms.name_en AS template_en, forms.first_year, forms.last_year,
               forms.source
        FROM marts.dim_indicator AS words
        LEFT JOIN marts.dim_indicator AS parents
          ON parents.template_code = words.template_code AND parents.indicator_code = words.parent_code
        LEFT JOIN catalogue.templates AS forms ON forms.template_code = words.template_code
        WHERE words.indicator_code = $code ORDER BY words.template_code""",
        code=code,
    )


def identities(warehouse: Snapshot, codes: list[str]) -> list[Row]:
    """What identities say: relation, strength, notes in both languages."""
    return warehouse.rows(
        """
        SELECT identity_code, template_code, relation, strength, rule, note_zh, note_en FROM catalogue.identities
        WHERE list_contains($codes, identity_code) ORDER BY identity_code""",
        codes=codes,
    )


def series_cells(warehouse: Snapshot, codes: list[str]) -> list[Row]:
    """One row a series and generation: its cells with their signs, and the grade of the break into the generation."""
    return warehouse.rows(
        """
        SELECT series_code, template_code, label_zh, label_en, meaning_en, unit_code, source_cells, comparability_grade
        FROM marts.dim_series WHERE list_contains($codes, series_code) ORDER BY series_code, template_code""",
        codes=codes,
    )


def printed_count(warehouse: Snapshot, code: str) -> list[Row]:
    """In how many preferred reports of each generation an indicator is printed, and one of them as an example."""
    return warehouse.rows(
        """
        SELECT template_code, count(DISTINCT report_id) AS reports, min(report_id) AS example
        FROM marts.fact_reported_figures WHERE indicator_code = $code AND is_preferred
        GROUP BY template_code ORDER BY template_code""",
        code=code,
    )


def labels(warehouse: Snapshot) -> dict[tuple[str, str], Row]:
    """The words of every indicator by generation and code."""
    found = warehouse.rows(
        "SELECT template_code, indicator_code, label_zh, label_en, unit_code FROM marts.dim_indicator"
    )
    return {(row["template_code"], row["indicator_code"]): row for row in found}
