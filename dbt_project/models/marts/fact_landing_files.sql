select
    source_file,
    landing_state,
    landing_reason,
    duplicate_of,
    report_id,
    sha256,
    size_bytes,
    modified_at
from {{ ref('stg_raw__landing_files') }}
