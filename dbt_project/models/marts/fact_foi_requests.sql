-- Harmonised measures side by side, one column a series; every value and its reason stand in fact_foi_series.
-- The columns overlap (granted = full + partial): add one column over reports, never columns to each other.
{% set series_codes = [
    'requests_received', 'requests_received_in_person', 'requests_received_fax', 'requests_received_online',
    'requests_received_letter', 'requests_received_other_channel', 'requests_carried_in', 'requests_carried_out',
    'requests_closed', 'requests_closed_on_time', 'requests_closed_extended', 'responses_total', 'outcomes_counted',
    'outcomes_on_merits', 'requests_granted', 'requests_granted_full', 'requests_granted_full_strict',
    'requests_granted_partial', 'requests_refused_broad', 'requests_refused_exempt', 'requests_refused_internal',
    'requests_refused_other_access', 'requests_not_held', 'requests_not_exist', 'requests_other_agency',
    'requests_needing_creation', 'requests_unclear', 'requests_not_processed', 'requests_other_outcome',
    'reviews_total', 'lawsuits_total', 'complaints_total', 'fees_collected_yuan'
] %}
with measures as (

    select
        report_id,
        -- A hybrid has its outcomes on one form and its disputes on another: the outcomes speak.
        coalesce(
            max(case when series_code = 'outcomes_counted' then template_code end), max(template_code)
        ) as template_code,
        {% for series_code in series_codes -%}
        max(case when series_code = '{{ series_code }}' then value end) as {{ series_code }},
        {% endfor -%}
        {{ map_of('series_code', 'case when value is not null then comparability_grade end') }} as comparability,
        {{ any_where("is_corrected") }} as is_corrected
    from {{ ref('fact_foi_series') }}
    where series_code in ('{{ series_codes | join("', '") }}')
    group by report_id

)

select
    reports.report_id,
    reports.jurisdiction_key,
    reports.jurisdiction_code,
    reports.issuing_body,
    reports.body_kind,
    reports.report_year,
    reports.period_start,
    reports.period_end,
    reports.reporting_scope,
    reports.is_additive_unit,
    measures.template_code,
    {% for series_code in series_codes -%}
    measures.{{ series_code }},
    {% endfor -%}
    measures.comparability,
    coalesce(measures.is_corrected, false) as is_corrected,
    reports.discrepancy_count > 0 as has_discrepancy,
    reports.quality_grade,
    reports.quality_reasons
from {{ ref('dim_report') }} as reports
left join measures
    on reports.report_id = measures.report_id
where reports.is_preferred
order by reports.report_year, reports.jurisdiction_code, reports.report_id
