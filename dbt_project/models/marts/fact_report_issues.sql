select
    issues.report_id,
    issues.issue_no,
    reports.source_file,
    reports.jurisdiction_key,
    reports.report_year,
    issues.issue_kind,
    kinds.severity,
    kinds.title_en,
    kinds.title_zh,
    issues.message,
    issues.printed_text,
    issues.indicator_code,
    issues.nearest_labels,
    issues.page,
    issues.table_index,
    issues.row_index,
    issues.column_index,
    issues.char_start,
    issues.char_end
from {{ ref('stg_raw__issues') }} as issues
inner join {{ ref('dim_report') }} as reports
    on issues.report_id = reports.report_id
left join {{ source('catalogue', 'issue_kinds') }} as kinds
    on issues.issue_kind = kinds.kind
