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

)

select
    summed.report_id,
    summed.series_code,
    reports.jurisdiction_key,
    reports.jurisdiction_code,
    reports.issuing_body,
    reports.report_year,
    reports.reporting_scope,
    reports.is_additive_unit,
    summed.template_code,
    case when summed.value_status = 'measured' then cast(summed.value as decimal(24, 6)) end as value,
    summed.value_status,
    summed.unit_code,
    summed.comparability_grade,
    summed.is_corrected
from summed
inner join {{ ref('dim_report') }} as reports
    on summed.report_id = reports.report_id
where reports.is_preferred
