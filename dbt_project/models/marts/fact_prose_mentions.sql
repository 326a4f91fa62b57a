with mentions as (

    select
        *,
        -- The step of the last printed place: 37000 (3.7万多) is good to 1000.
        power(10, length(cast(cast(value as bigint) as varchar))
            - length(rtrim(cast(cast(value as bigint) as varchar), '0'))) as printed_step
    from {{ ref('stg_raw__observations') }}
    where origin = 'prose'

),

tabled as (

    select * from {{ ref('int_figures_preferred') }}
    where origin = 'table'

)

select
    mentions.report_id,
    mentions.observation_no,
    reports.source_file,
    reports.jurisdiction_key,
    reports.report_year,
    mentions.template_code,
    mentions.indicator_code,
    mentions.applicant_type_code,
    mentions.value,
    mentions.value_state,
    mentions.printed_text,
    mentions.printed_label,
    mentions.unit_code,
    mentions.qualifier,
    tabled.value as table_value,
    tabled.value_state as table_value_state,
    case
        when tabled.report_id is null then 'no_table_cell'
        when not {{ is_figure('tabled.value_state') }} then 'table_cell_without_figure'
        when coalesce(mentions.unit_code, '') <> coalesce(tabled.unit_code, '') then 'units_differ'
        when mentions.value = tabled.value then 'agrees'
        when mentions.qualifier is not null and abs(tabled.value - mentions.value) <= mentions.printed_step
            then 'approximate'
        else 'differs'
    end as agreement,
    mentions.page,
    mentions.table_index,
    mentions.row_index,
    mentions.column_index,
    mentions.char_start,
    mentions.char_end,
    tabled.page as table_cell_page,
    tabled.table_index as table_cell_table_index,
    tabled.row_index as table_cell_row_index,
    tabled.column_index as table_cell_column_index
from mentions
inner join {{ ref('dim_report') }} as reports
    on mentions.report_id = reports.report_id
left join tabled
    on mentions.report_id = tabled.report_id
    and mentions.indicator_code = tabled.indicator_code
    and {{ same_code('mentions.applicant_type_code', 'tabled.applicant_type_code') }}
