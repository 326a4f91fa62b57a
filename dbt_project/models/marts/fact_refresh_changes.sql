{{ config(materialized='view') }}
-- A view, since the comparison with the published file is the last act before publishing.
select
    changes.run_id,
    runs.run_no,
    runs.started_at,
    changes.subject,
    changes.action,
    changes.cause,
    changes.table_name,
    changes.change_count,
    changes.count_before,
    changes.count_after
from {{ source('raw', 'refresh_changes') }} as changes
inner join {{ source('raw', 'refresh_runs') }} as runs
    on changes.run_id = runs.run_id
