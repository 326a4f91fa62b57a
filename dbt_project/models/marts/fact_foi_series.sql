-- Each harmonised series of each preferred report: a signed sum of cells, with the reason where it has no value.
--
-- Null is not zero. A sum has a value when at least one of its cells is printed; a blank or dash beside it counts as 0
-- only where the whole that it is a part of is printed, and something is subtracted only from a printed whole.
-- An absent cell, or one that is no number, leaves the series without a value.
with terms as (

    select
        terms.*,
        series.unit_code as series_unit_code
    from {{ source('catalogue', 'series_terms') }} as terms
    inner join {{ source('catalogue', 'series') }} as series
        on terms.series_code = series.series_code

),

totals as (

    select
        totals.*,
        coalesce(units.to_base, 1) as base_factor
    from {{ ref('int_indicators_totalled') }} as totals
    left join {{ source('catalogue', 'units') }} as units
        on totals.unit_code = units.unit_code

),

-- A form asks for a series in a report where it prints one of its cells; the template with most of them speaks.
asked as (

    select
        totals.report_id,
        terms.series_code,
        terms.template_code,
        row_number() over (
            partition by totals.report_id, terms.series_code
            order by count(*) desc, terms.template_code desc
        ) as template_rank
    from totals
    inner join terms
        on totals.template_code = terms.template_code
        and totals.indicator_code = terms.indicator_code
    group by totals.report_id, terms.series_code, terms.template_code

),

cells as (

    select
        asked.report_id,
        asked.series_code,
        asked.template_code,
        terms.comparability as comparability_grade,
        terms.weight,
        terms.series_unit_code,
        coalesce(totals.total_state, 'absent') as cell_state,
        totals.value,
        terms.weight * totals.value * totals.base_factor / coalesce(series_units.to_base, 1) as weighted_value,
        coalesce(totals.is_whole_printed, false) as is_whole_printed,
        coalesce(totals.is_corrected, false) as is_corrected
    from asked
    inner join terms
        on asked.series_code = terms.series_code
        and asked.template_code = terms.template_code
    left join totals
        on asked.report_id = totals.report_id
        and terms.template_code = totals.template_code
        and terms.indicator_code = totals.indicator_code
    left join {{ source('catalogue', 'units') }} as series_units
        on terms.series_unit_code = series_units.unit_code
    where asked.template_rank = 1

),

summed as (

    select
        report_id,
        series_code,
        template_code,
        comparability_grade,
        series_unit_code as unit_code,
        sum(weighted_value) as value,
        case
            when {{ any_where("cell_state in ('absent', 'unread')") }} then 'unread'
            when not ({{ any_where("cell_state in ('printed', 'summed')") }}) then 'unprinted'
            when {{ any_where("cell_state = 'unprinted' and not is_whole_printed") }}
                then 'partly_unprinted'
            when {{ any_where("weight < 0 and value <> 0 and not is_whole_printed") }}
                then 'partly_unprinted'
            else 'measured'
        end as value_status,
        {{ any_where("is_corrected") }} as is_corrected
    from cells
    group by report_id, series_code, template_code, comparability_grade, series_unit_code

),

placed as (

    select
        summed.*,
        reports.jurisdiction_key,
        reports.jurisdiction_code,
        units.lineage_key,
        units.full_name_zh as place_name_zh,
        units.level_name,
        units.prefecture_code,
        units.province_code,
        units.province_name_zh,
        reports.issuing_body,
        reports.body_kind,
        reports.report_year,
        reports.reporting_scope,
        reports.is_additive_unit,
        reports.quality_grade,
        lag(reports.report_year) over (same_body) as previous_report_year,
        lag(summed.template_code) over (same_body) as previous_template_code
    from summed
    inner join {{ ref('dim_report') }} as reports
        on summed.report_id = reports.report_id
    left join {{ ref('dim_jurisdiction') }} as units
        on reports.jurisdiction_key = units.jurisdiction_key
    where reports.is_preferred
    -- One body through its renamings; a government and its office report under either name. Scopes form no series.
    window same_body as (
        partition by
            coalesce(units.lineage_key, reports.jurisdiction_code),
            {{ house_of('reports') }},
            reports.reporting_scope,
            summed.series_code
        order by reports.report_year, summed.report_id
    )

),

-- From which report to which: few kinds of steps, each with the breaks that it crosses, whichever way the form changed.
steps as (

    select distinct series_code, previous_report_year, report_year, previous_template_code, template_code
    from placed
    where previous_report_year is not null

),

crossed as (

    select
        steps.series_code,
        steps.previous_report_year,
        steps.report_year,
        steps.previous_template_code,
        steps.template_code,
        max(breaks.comparability_grade) as break_grade,
        {{ list_of('breaks.break_code', 'breaks.break_code') }} as break_codes
    from steps
    inner join {{ ref('dim_series_break') }} as breaks
        on steps.series_code = breaks.series_code
        and (
            (
                breaks.kind_code = 'form'
                and breaks.to_template_code > least(steps.previous_template_code, steps.template_code)
                and breaks.to_template_code <= greatest(steps.previous_template_code, steps.template_code)
            ) or (
                breaks.kind_code <> 'form'
                and breaks.break_year > steps.previous_report_year
                and breaks.break_year <= steps.report_year
            )
        )
    group by
        steps.series_code, steps.previous_report_year, steps.report_year, steps.previous_template_code,
        steps.template_code

)

select
    placed.report_id,
    placed.series_code,
    placed.jurisdiction_key,
    placed.jurisdiction_code,
    placed.issuing_body,
    placed.report_year,
    placed.reporting_scope,
    placed.is_additive_unit,
    placed.template_code,
    case when placed.value_status = 'measured' then cast(placed.value as decimal(24, 6)) end as value,
    placed.value_status,
    placed.unit_code,
    placed.comparability_grade,
    placed.is_corrected,
    placed.quality_grade,
    placed.previous_report_year,
    crossed.break_grade,
    crossed.break_codes,
    placed.body_kind,
    placed.lineage_key,
    placed.place_name_zh,
    placed.level_name,
    placed.prefecture_code,
    placed.province_code,
    placed.province_name_zh
from placed
left join crossed
    on placed.series_code = crossed.series_code
    and placed.previous_report_year = crossed.previous_report_year
    and placed.report_year = crossed.report_year
    and placed.previous_template_code = crossed.previous_template_code
    and placed.template_code = crossed.template_code
-- One series after another, so that a reader of one series reads a small part of the file.
order by placed.series_code, placed.report_year, placed.jurisdiction_code, placed.report_id
