{{ config(materialized='view') }}
-- Of the reviews and lawsuits with a printed result, the share that went against the body. Pending cases and cases
-- whose result is not printed are no part of it.
with decided as (

    select
        report_id,
        route_code,
        max(jurisdiction_key) as jurisdiction_key,
        max(report_year) as report_year,
        max(reporting_scope) as reporting_scope,
        max(template_code) as template_code,
        cast(sum(case when result_code = 'corrected' then case_count end) as decimal(24, 6)) as numerator,
        cast(sum(case_count) as decimal(24, 6)) as denominator
    from {{ ref('fact_foi_disputes') }}
    where result_code in ('upheld', 'corrected', 'other')
    group by report_id, route_code

)

select
    report_id,
    route_code,
    jurisdiction_key,
    report_year,
    reporting_scope,
    template_code,
    -- A blank among printed results is 0.
    coalesce(numerator, 0) as numerator,
    denominator,
    denominator as n,
    coalesce(numerator, 0) / nullif(denominator, 0) as rate,
    case template_code when 'G3' then 'B' when 'G4' then 'A' else 'X' end as comparability
from decided
where denominator is not null
