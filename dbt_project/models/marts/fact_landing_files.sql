-- A file that was read has a reason too where its document states other figures than another of the same report.
select
    files.source_file,
    files.landing_state,
    nullif(concat_ws('; ', files.landing_reason, ranked.disagreement, ranked.scope_doubt), '') as landing_reason,
    files.duplicate_of,
    files.report_id,
    files.sha256,
    files.size_bytes,
    files.modified_at
from {{ ref('stg_raw__landing_files') }} as files
left join {{ ref('int_reports_ranked') }} as ranked
    on files.report_id = ranked.report_id
