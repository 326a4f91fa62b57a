{{ config(materialized='view') }}
-- A view, since a document may be taken out of the build by the checks of its marts.
select
    document_id as report_id,
    source_file,
    sha256,
    cause,
    reason,
    since,
    since_run_id,
    run_id,
    kept_document_id as kept_report_id,
    kept_document_id is not null as has_stand_in
from {{ source('raw', 'quarantine') }}
