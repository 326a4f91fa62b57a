select
    document_id as report_id,
    issue_no,
    kind as issue_kind,
    message,
    printed_text,
    indicator_code,
    nearest_labels,
    page,
    table_index,
    row_index,
    column_index,
    char_start,
    char_end
from {{ source('raw', 'issues') }}
