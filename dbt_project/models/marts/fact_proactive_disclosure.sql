-- Harmonised measures of proactive disclosure side by side; every value and its reason stand in fact_foi_series.
-- Channels count an item each time that they carry it: they do not add up to the items.
{% set series_codes = [
    'proactive_items', 'proactive_channel_gazette', 'proactive_channel_website', 'proactive_channel_weibo',
    'proactive_channel_wechat', 'proactive_channel_other', 'normative_docs_issued', 'normative_docs_disclosed',
    'normative_docs_stock', 'normative_docs_repealed', 'regulations_issued', 'regulations_stock',
    'regulations_repealed', 'licence_decisions', 'penalty_decisions', 'coercion_decisions',
    'admin_fee_items_prev_year', 'admin_fees_yuan', 'procurement_projects', 'procurement_amount_yuan',
    'public_concern_responses', 'press_conferences', 'online_interviews', 'policy_interpretations',
    'responses_weibo_wechat', 'responses_other_means'
] %}
with measures as (

    select
        report_id,
        max(template_code) as template_code,
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
    reports.quality_grade
from {{ ref('dim_report') }} as reports
left join measures
    on reports.report_id = measures.report_id
where reports.is_preferred
order by reports.report_year, reports.jurisdiction_code, reports.report_id
