select
    applicant_type_code,
    parent_code,
    label_zh,
    label_en,
    position,
    is_leaf,
    is_total
from {{ source('catalogue', 'applicant_types') }}
order by position
