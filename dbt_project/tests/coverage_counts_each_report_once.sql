-- One row where the preferred reports of known places and years are not counted once each, or present and missing ones
-- do not make up the expected ones: there is none.
with counted as (

    select
        sum(government_report_count + department_report_count + other_report_count) as report_count,
        sum(expected_report_count - present_report_count - missing_report_count) as unaccounted_count
    from {{ ref('fact_report_coverage') }}

),

preferred as (

    select count(*) as report_count
    from {{ ref('dim_report') }}
    where is_preferred and jurisdiction_key is not null

)

select counted.report_count, counted.unaccounted_count, preferred.report_count as preferred_count
from counted
cross join preferred
where coalesce(counted.report_count, 0) <> preferred.report_count
    or coalesce(counted.unaccounted_count, 0) <> 0
