{{ config(materialized='view') }}
-- A view, since the end of the run and its stages are written after the marts are built.
with stages as (

    select
        run_id,
        sum(seconds) as stage_seconds,
        sum(case when stage = 'catalogue' then seconds end) as catalogue_seconds,
        sum(case when stage = 'read' then seconds end) as read_seconds,
        sum(case when stage = 'dbt build' then seconds end) as build_seconds,
        sum(case when stage = 'checks' then seconds end) as check_seconds
    from {{ source('raw', 'refresh_stages') }}
    group by run_id

)

select
    runs.run_id,
    runs.run_no,
    runs.started_at,
    runs.finished_at as published_at,
    {{ dbt.datediff('runs.started_at', 'runs.finished_at', 'millisecond') }} / 1000.0 as duration_seconds,
    stages.stage_seconds,
    stages.catalogue_seconds,
    stages.read_seconds,
    stages.build_seconds,
    stages.check_seconds,
    runs.files_seen as file_count,
    runs.documents_read as document_count,
    runs.started_by,
    runs.reports_dir,
    runs.parser_version
from {{ source('raw', 'refresh_runs') }} as runs
left join stages
    on runs.run_id = stages.run_id
