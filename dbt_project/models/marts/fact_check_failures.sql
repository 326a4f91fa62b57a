{{ config(materialized='view') }}
-- A view, since the checks are run after the marts are built.
select
    failures.run_id,
    failures.suite,
    failures.expectation_no,
    failures.failure_no,
    results.description,
    results.severity,
    failures.failing_row
from {{ source('raw', 'check_failures') }} as failures
inner join {{ source('raw', 'check_results') }} as results
    on failures.run_id = results.run_id
    and failures.suite = results.suite
    and failures.expectation_no = results.expectation_no
