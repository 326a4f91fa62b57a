{{ config(materialized='view') }}
-- A view, since the checks and the end of the run are written after the marts are built. The newest run is the one
-- with the highest number: a clock may jump.
with latest as (

    select
        *,
        row_number() over (order by run_no desc) as recency
    from {{ source('raw', 'refresh_runs') }}

),

runs as (

    select * from latest
    where recency = 1

),

reports as (

    select
        count(*) as report_count,
        {{ count_where("is_preferred") }} as preferred_report_count,
        count(distinct jurisdiction_code) as jurisdiction_count,
        min(report_year) as first_report_year,
        max(report_year) as last_report_year,
        max(published_on) as last_published_on,
        cast(coalesce(sum(figure_count), 0) as bigint) as figure_count,
        cast(coalesce(sum(issue_count), 0) as bigint) as issue_count,
        cast(coalesce(sum(discrepancy_count), 0) as bigint) as discrepancy_count
    from {{ ref('dim_report') }}

),

files as (

    select
        count(*) as file_count,
        {{ count_where("landing_state in ('rejected', 'unsupported')") }} as unread_file_count
    from {{ ref('fact_landing_files') }}

),

checks as (

    select
        check_results.run_id,
        count(*) as check_count,
        {{ count_where("not success and severity = 'block'") }} as blocking_failure_count,
        {{ count_where("not success and severity = 'warn'") }} as warning_count
    from {{ source('raw', 'check_results') }} as check_results
    group by check_results.run_id

)

select
    runs.run_id,
    runs.started_at,
    runs.finished_at as published_at,
    runs.reports_dir,
    runs.parser_version,
    coalesce(runs.files_seen, files.file_count) as file_count,
    files.unread_file_count,
    runs.documents_read as document_count,
    reports.report_count,
    reports.preferred_report_count,
    reports.jurisdiction_count,
    reports.first_report_year,
    reports.last_report_year,
    reports.last_published_on,
    reports.figure_count,
    reports.issue_count,
    reports.discrepancy_count,
    coalesce(checks.check_count, 0) as check_count,
    coalesce(checks.blocking_failure_count, 0) as blocking_failure_count,
    coalesce(checks.warning_count, 0) as warning_count
from reports
cross join files
left join runs
    on true
left join checks
    on runs.run_id = checks.run_id
