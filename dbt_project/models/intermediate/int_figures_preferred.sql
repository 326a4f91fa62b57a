-- The figure that stands for a report. A document with a statistics table speaks through the table alone; one without
-- speaks through its sentences. Where a cell is stated more than once, the first in reading order stands, but a
-- sentence that says "about" or "more than" only where none states the figure itself. What sentences say of the year
-- before, of parts of the whole, or of several indicators at once is no figure of the report.
with observations as (

    select
        *,
        max(case when origin = 'table' then 1 else 0 end) over (partition by report_id) as has_table
    from {{ ref('stg_raw__observations') }}
    where origin in ('table', 'prose')

),

ranked as (

    select
        *,
        row_number() over (
            partition by report_id, indicator_code, applicant_type_code
            order by case when qualifier is null then 0 else 1 end, observation_no
        ) as reading_rank
    from observations
    where has_table = 0 or origin = 'table'

)

select
    report_id,
    observation_no,
    template_code,
    indicator_code,
    applicant_type_code,
    value,
    value_state,
    printed_text,
    printed_label,
    unit_code,
    origin,
    qualifier,
    page,
    table_index,
    row_index,
    column_index,
    char_start,
    char_end
from ranked
where reading_rank = 1
