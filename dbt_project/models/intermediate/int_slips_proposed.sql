-- Slips of one cell, two cells or two rows that could be why a sum fails, made from the cells of the sums that do (few);
-- fact_proposed_explanations proves or drops each.
with cells as (

    select * from {{ ref('int_failing_sums_cells') }}

),

figures as (

    select
        figures.*,
        coalesce(figures.value, 0) as counted_value,
        coalesce(figures.applicant_type_code, '') as column_key,
        indicators.axis,
        indicators.is_signed,
        indicators.unit_code in ('元', '万元') as is_amount,
        dense_rank() over (
            partition by figures.report_id, figures.template_code, indicators.axis order by indicators.position
        ) as row_place
    from {{ ref('int_figures_preferred') }} as figures
    inner join {{ source('catalogue', 'indicators') }} as indicators
        on figures.template_code = indicators.template_code
        and figures.indicator_code = indicators.indicator_code
    where figures.value_state <> 'text'
        and figures.report_id in (select report_id from cells)

),

residuals as (

    select
        report_id,
        identity_code,
        applicant_type_code,
        sum(signed_weight * counted_value) as residual
    from cells
    where is_failing and relation = 'eq' and aggregate = 'sum'
    group by report_id, identity_code, applicant_type_code

),

failing_cells as (

    select
        cells.report_id,
        cells.identity_code,
        cells.applicant_type_code,
        cells.side,
        cells.signed_weight,
        cells.observation_no,
        residuals.residual,
        -- The figure that would close the sum if this cell alone were wrong.
        cast(cells.counted_value - residuals.residual / cells.signed_weight as decimal(24, 6)) as closing_value,
        -- If it changed places with a cell of the other side.
        cast(cells.counted_value - residuals.residual / (2 * cells.signed_weight) as decimal(24, 6))
            as closing_value_across
    from cells
    inner join residuals
        on cells.report_id = residuals.report_id
        and cells.identity_code = residuals.identity_code
        and {{ same_code('cells.applicant_type_code', 'residuals.applicant_type_code') }}

),

one_cell as (

    select distinct
        figures.report_id,
        'cell-' || figures.observation_no || '-' || failing_cells.closing_value as candidate,
        case
            when failing_cells.side = 'right' and figures.counted_value = 0 then 'blank_whole'
            when figures.is_signed and figures.value = -failing_cells.closing_value then 'lost_minus'
            when not {{ is_figure('figures.value_state') }} then 'blank_part'
            else 'misprinted_cell'
        end as kind,
        figures.observation_no,
        failing_cells.closing_value as proposed_value
    from failing_cells
    inner join figures
        on failing_cells.report_id = figures.report_id
        and failing_cells.observation_no = figures.observation_no
    where failing_cells.closing_value <> figures.counted_value
        and (figures.is_signed or failing_cells.closing_value >= 0)
        and (figures.is_amount or failing_cells.closing_value = trunc(failing_cells.closing_value))

),

wanted as (

    select
        one.report_id,
        one.template_code,
        one.axis,
        one.indicator_code,
        one.column_key,
        one.row_place,
        one.observation_no,
        one.counted_value,
        one.value is not null as is_printed,
        failing_cells.closing_value as wanted_value
    from failing_cells
    inner join figures as one
        on failing_cells.report_id = one.report_id
        and failing_cells.observation_no = one.observation_no
    union
    select
        one.report_id,
        one.template_code,
        one.axis,
        one.indicator_code,
        one.column_key,
        one.row_place,
        one.observation_no,
        one.counted_value,
        one.value is not null,
        failing_cells.closing_value_across
    from failing_cells
    inner join figures as one
        on failing_cells.report_id = one.report_id
        and failing_cells.observation_no = one.observation_no

),

turns as (

    select true as is_first
    union all
    select false

),

-- Two printed figures in each other's cell: of one row or column of a table, at most three rows apart in a list.
neighbours as (

    select one.report_id, one.observation_no, one.counted_value, two.observation_no as other_no, one.wanted_value
    from wanted as one
    inner join figures as two
        on one.report_id = two.report_id
        and one.template_code = two.template_code
        and one.indicator_code = two.indicator_code
        and one.wanted_value = two.value
    where one.is_printed
    union
    select one.report_id, one.observation_no, one.counted_value, two.observation_no, one.wanted_value
    from wanted as one
    inner join figures as two
        on one.report_id = two.report_id
        and one.template_code = two.template_code
        and one.axis = two.axis
        and one.column_key = two.column_key
        and one.wanted_value = two.value
    where one.is_printed and (one.axis = 'matrix_row' or abs(one.row_place - two.row_place) <= 3)

),

swaps as (

    select distinct
        pairs.report_id,
        'swap-' || least(pairs.observation_no, pairs.other_no) || '-' || greatest(pairs.observation_no, pairs.other_no)
            as candidate,
        case when turn.is_first then pairs.observation_no else pairs.other_no end as observation_no,
        case when turn.is_first then pairs.wanted_value else pairs.counted_value end as proposed_value
    from neighbours as pairs
    cross join turns as turn
    where pairs.counted_value <> pairs.wanted_value

),

-- A row printed one line too high or too low: its figures stand in the next row's cells, and the other way round.
shifts as (

    select distinct
        touched.report_id,
        touched.template_code,
        touched.axis,
        touched.row_place - case when turn.is_first then 0 else 1 end as row_place
    from cells
    inner join figures as touched
        on cells.report_id = touched.report_id
        and cells.observation_no = touched.observation_no
    cross join turns as turn
    where cells.is_failing and touched.axis <> 'matrix_column'

),

moved_rows as (

    select
        one.report_id,
        'row-' || one.axis || '-' || one.template_code || '-' || one.row_place as candidate,
        case when turn.is_first then one.observation_no else two.observation_no end as observation_no,
        case when turn.is_first then two.counted_value else one.counted_value end as proposed_value
    from shifts
    inner join figures as one
        on shifts.report_id = one.report_id
        and shifts.template_code = one.template_code
        and shifts.axis = one.axis
        and shifts.row_place = one.row_place
    inner join figures as two
        on shifts.report_id = two.report_id
        and shifts.template_code = two.template_code
        and shifts.axis = two.axis
        and shifts.row_place + 1 = two.row_place
        and one.column_key = two.column_key
    cross join turns as turn
    where one.counted_value <> two.counted_value
        -- In a list one of the two rows was left empty; two filled neighbours are a swap.
        and (one.axis = 'matrix_row'
            or not ({{ is_figure('one.value_state') }} and {{ is_figure('two.value_state') }}))

)

select report_id, candidate, kind, observation_no, proposed_value from one_cell
union all
select report_id, candidate, 'swapped_cells', observation_no, proposed_value from swaps
union all
select report_id, candidate, 'shifted_row', observation_no, proposed_value from moved_rows
