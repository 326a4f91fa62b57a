-- Each preferred figure as printed and, apart from it, what a reviewed correction says. A correction counts only while
-- the cell still prints what its reviewer saw (the guard); after that it is stale and waits for a new review.
with figures as (

    select * from {{ ref('int_figures_preferred') }}

),

corrections as (

    select * from {{ ref('stg_records__corrections') }}

),

joined as (

    select
        figures.*,
        corrections.corrected_value as proposed_value,
        case
            when corrections.document_id is null then null
            when coalesce(corrections.printed_text, '') = coalesce(figures.printed_text, '') then 'applied'
            else 'stale'
        end as correction_status
    from figures
    left join corrections
        on figures.report_id = corrections.document_id
        and figures.indicator_code = corrections.indicator_code
        and {{ same_code('figures.applicant_type_code', 'corrections.applicant_type_code') }}

),

decided as (

    select
        *,
        coalesce(correction_status = 'applied', false) as is_corrected
    from joined

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
