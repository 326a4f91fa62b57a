with figures as (

    select * from {{ ref('int_figures_preferred') }}

),

mentions as (

    select
        *,
        replace(replace(origin, 'prose_', ''), 'prose', 'figure') as mention_kind,
        {{ printed_step('value') }} as printed_step,
        -- Only these are held against a cell or a sum. Said in the keys and not as further conditions of the joins,
        -- which would then compare every mention with every figure of the corpus.
        case when origin = 'prose' then report_id end as figure_report_id,
        case when origin = 'prose_joint' then report_id end as joint_report_id
    from {{ ref('stg_raw__observations') }}
    where origin <> 'table'

),

tabled as (

    select * from figures
    where origin = 'table'

),

-- What the form prints no figure for (the heading 不予公开) or the body left blank, summed up from its parts.
summed as (

    select report_id, indicator_code, value
    from {{ ref('int_indicators_totalled') }}
    where total_state = 'summed'

),

-- What one number for several indicators counts together, where each of them can be told.
joined as (

    select
        totals.report_id,
        joints.template_code,
        joints.indicator_code,
        sum(totals.value) as value
    from (
        select *, count(*) over (partition by template_code, indicator_code) as part_count
        from {{ source('catalogue', 'joint_mentions') }}
    ) as joints
    inner join {{ ref('int_indicators_totalled') }} as totals
        on joints.template_code = totals.template_code
        and joints.part_indicator_code = totals.indicator_code
    group by totals.report_id, joints.template_code, joints.indicator_code
    having count(totals.value) = min(joints.part_count)

),

compared as (

    select
        mentions.*,
        tabled.report_id is not null as has_cell,
        tabled.value as table_value,
        tabled.value_state as table_value_state,
        tabled.unit_code as table_unit_code,
        tabled.page as table_cell_page,
        tabled.table_index as table_cell_table_index,
        tabled.row_index as table_cell_row_index,
        tabled.column_index as table_cell_column_index,
        case
            when mentions.mention_kind = 'joint' then joined.value
            when tabled.value is null then summed.value
        end as derived_value
    from mentions
    left join tabled
        on mentions.figure_report_id = tabled.report_id
        and mentions.indicator_code = tabled.indicator_code
        and {{ same_code('mentions.applicant_type_code', 'tabled.applicant_type_code') }}
    left join summed
        on mentions.figure_report_id = summed.report_id
        and mentions.indicator_code = summed.indicator_code
    left join joined
        on mentions.joint_report_id = joined.report_id
        and mentions.template_code = joined.template_code
        and mentions.indicator_code = joined.indicator_code

)

select
    compared.report_id,
    compared.observation_no,
    reports.source_file,
    reports.jurisdiction_key,
    reports.report_year,
    compared.mention_kind,
    case when compared.mention_kind = 'previous_year' then reports.report_year - 1 else reports.report_year end
        as stated_year,
    compared.template_code,
    compared.indicator_code,
    compared.applicant_type_code,
    compared.value,
    compared.value_state,
    compared.printed_text,
    compared.printed_label,
    compared.unit_code,
    compared.qualifier,
    compared.table_value,
    compared.table_value_state,
    compared.derived_value,
    case
        when compared.mention_kind in ('previous_year', 'part') then 'not_compared'
        when compared.derived_value is not null and reports.has_table
            then case when compared.value = compared.derived_value
                or (compared.qualifier is not null
                    and abs(compared.derived_value - compared.value) <= compared.printed_step)
                then 'agrees_with_parts' else 'differs_from_parts' end
        when not compared.has_cell then 'no_table_cell'
        when not {{ is_figure('compared.table_value_state') }} then 'table_cell_without_figure'
        when coalesce(compared.unit_code, '') <> coalesce(compared.table_unit_code, '') then 'units_differ'
        when compared.value = compared.table_value then 'agrees'
        when compared.qualifier is not null
            and abs(compared.table_value - compared.value) <= compared.printed_step then 'approximate'
        else 'differs'
    end as agreement,
    compared.page,
    compared.table_index,
    compared.row_index,
    compared.column_index,
    compared.char_start,
    compared.char_end,
    compared.table_cell_page,
    compared.table_cell_table_index,
    compared.table_cell_row_index,
    compared.table_cell_column_index,
    reports.quality_grade
from compared
inner join {{ ref('dim_report') }} as reports
    on compared.report_id = reports.report_id
