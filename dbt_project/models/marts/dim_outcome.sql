with cells as (

    select
        outcome_code,
        {{ list_of("template_code || ':' || indicator_code", 'template_code, indicator_code') }} as source_cells
    from {{ source('catalogue', 'outcome_cells') }}
    group by outcome_code

)

select
    outcomes.outcome_code,
    outcomes.outcome_group,
    outcomes.label_zh,
    outcomes.label_en,
    outcomes.position,
    outcomes.us_term,
    outcomes.uk_term,
    outcomes.outcome_group = 'granted' as is_granted,
    cells.source_cells
from {{ source('catalogue', 'outcomes') }} as outcomes
left join cells
    on outcomes.outcome_code = cells.outcome_code
order by outcomes.position
