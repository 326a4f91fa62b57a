-- The figure that stands for a report, as printed, and apart from it what a reviewed correction says.
--
-- A document with a statistics table speaks through the table alone; one without speaks through its sentences. Where a
-- cell is stated more than once, the first in reading order stands, but a sentence that says "about" or "more than"
-- only where none states the figure itself. What sentences say of the year before, of parts of the whole, or of several
-- indicators at once is no figure of the report. A correction counts only while the cell still prints what its reviewer
-- saw (the guard); after that it is stale and waits for a new review.
--
-- One model and not two: of a large corpus, writing the figures is most of the work.
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

),

corrections as (

    select * from {{ ref('stg_records__corrections') }}

),

figures as (

    select
        ranked.*,
        corrections.corrected_value as proposed_value,
        case
            when corrections.document_id is null then null
            when coalesce(corrections.printed_text, '') = coalesce(ranked.printed_text, '') then 'applied'
            else 'stale'
        end as correction_status
    from ranked
    left join corrections
        on ranked.report_id = corrections.document_id
        and ranked.indicator_code = corrections.indicator_code
        and {{ same_code('ranked.applicant_type_code', 'corrections.applicant_type_code') }}
    where ranked.reading_rank = 1

),

decided as (

    select
        *,
        coalesce(correction_status = 'applied', false) as is_corrected
    from figures

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
    char_end,
    is_corrected,
    correction_status,
    case when is_corrected then proposed_value end as corrected_value,
    case when is_corrected then proposed_value else value end as effective_value,
    -- A correction states a figure, so that the cell counts as printed with it.
    case
        when not is_corrected then value_state
        when proposed_value is null then 'blank'
        when proposed_value = 0 then 'zero'
        else 'number'
    end as effective_state
from decided
