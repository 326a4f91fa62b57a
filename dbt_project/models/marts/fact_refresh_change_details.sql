{{ config(materialized='view') }}
-- A view, since the comparison with the published file is the last act before publishing.
select
    details.run_id,
    runs.run_no,
    details.change_no,
    details.subject,
    details.action,
    details.cause,
    details.document_id as report_id,
    details.before_document_id as before_report_id,
    details.source_file,
    details.indicator_code,
    details.applicant_type_code,
    details.item,
    details.before_text,
    details.after_text
from {{ source('raw', 'refresh_change_details') }} as details
inner join {{ source('raw', 'refresh_runs') }} as runs
    on details.run_id = runs.run_id
