{{ config(materialized='view') }}
-- A view, since the checks are run after the marts are built.
select
    results.run_id,
    runs.run_no,
    runs.started_at,
    results.suite,
    results.expectation_no,
    results.expectation,
    results.description,
    results.observed,
    results.floor,
    results.success,
    results.severity,
    case
        when results.success then 'passed'
        when results.severity = 'warn' then 'warned'
        else 'blocked'
    end as verdict,
    results.failing_count,
    runs.run_no = max(runs.run_no) over () as is_latest
from {{ source('raw', 'check_results') }} as results
inner join {{ source('raw', 'refresh_runs') }} as runs
    on results.run_id = runs.run_id
