{{ config(materialized='view') }}
-- Two rates, because the rule for the denominator moves them more than the bodies do. Where all outcomes add up, a
-- blank row of grants is 0 among them; so the numerator is then 0 and not unknown.
with requests as (

    select
        *,
        case
            when requests_granted is not null then requests_granted
            when outcomes_counted is not null then 0
        end as granted
    from {{ ref('fact_foi_requests') }}

),

definitions as (

    select
        'broad' as rate_definition,
        report_id,
        granted as numerator,
        outcomes_counted as denominator
    from requests
    union all
    select
        'narrow' as rate_definition,
        report_id,
        granted as numerator,
        outcomes_on_merits as denominator
    from requests

),

grades as (

    select
        template_code,
        series_code,
        comparability_grade
    from {{ ref('dim_series') }}

)

select
    requests.report_id,
    definitions.rate_definition,
    requests.jurisdiction_key,
    requests.jurisdiction_code,
    requests.issuing_body,
    requests.report_year,
    requests.reporting_scope,
    requests.is_additive_unit,
    requests.template_code,
    definitions.numerator,
    definitions.denominator,
    definitions.denominator as n,
    definitions.numerator / nullif(definitions.denominator, 0) as rate,
    -- The weaker of the two: A before B before C before X.
    greatest(numerators.comparability_grade, denominators.comparability_grade) as comparability,
    requests.has_discrepancy,
    requests.quality_grade
from requests
inner join definitions
    on requests.report_id = definitions.report_id
left join grades as numerators
    on requests.template_code = numerators.template_code
    and numerators.series_code = 'requests_granted'
left join grades as denominators
    on requests.template_code = denominators.template_code
    and denominators.series_code = case definitions.rate_definition
        when 'broad' then 'outcomes_counted' else 'outcomes_on_merits' end
where definitions.numerator is not null
    and definitions.denominator is not null
