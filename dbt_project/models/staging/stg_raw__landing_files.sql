select
    source_file,
    size_bytes,
    modified_at,
    sha256,
    state as landing_state,
    reason as landing_reason,
    duplicate_of,
    document_id as report_id
from {{ source('raw', 'landing_files') }}
