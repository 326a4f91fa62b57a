-- Leaves only, so that any SUM over one report counts each outcome once. In the request matrix the applicant columns
-- stand; the total stands in for them only where none of them is printed. A group total (refused_unspecified) stands
-- in for its reasons only where none of these is printed.
with cells as (

    select
        figures.report_id,
        figures.template_code,
        figures.indicator_code,
        outcomes.outcome_code,
        coalesce(figures.applicant_type_code, 'total') as applicant_type_code,
        coalesce(applicant_types.is_leaf, false) as is_leaf,
        indicators.whole_indicator_code,
        figures.effective_value,
        figures.effective_state,
        figures.is_corrected,
        {{ is_figure('figures.effective_state') }} as has_figure
    from {{ ref('int_figures_preferred') }} as figures
    inner join {{ source('catalogue', 'outcome_cells') }} as outcomes
        on figures.template_code = outcomes.template_code
        and figures.indicator_code = outcomes.indicator_code
    inner join {{ ref('int_indicators_rooted') }} as indicators
        on figures.template_code = indicators.template_code
        and figures.indicator_code = indicators.indicator_code
    left join {{ source('catalogue', 'applicant_types') }} as applicant_types
        on figures.applicant_type_code = applicant_types.applicant_type_code

),

rows_of_report as (

    select
        report_id,
        template_code,
        indicator_code,
        {{ any_where("is_leaf and has_figure") }} as has_leaf_figure,
        {{ any_where("is_leaf") }} as has_leaf,
        {{ any_where("not is_leaf and has_figure") }} as has_total_figure
    from cells
    group by report_id, template_code, indicator_code

),

-- Wholes of other outcomes (every template's stand-ins), and whether a part of theirs is printed in the report.
stand_ins as (

    select
        report_id,
        template_code,
        whole_indicator_code as indicator_code,
        {{ any_where("has_figure") }} as has_part_figure
    from cells
    group by report_id, template_code, whole_indicator_code

),

stand_in_cells as (

    select distinct
        outcomes.template_code,
        outcomes.indicator_code
    from {{ source('catalogue', 'outcome_cells') }} as outcomes
    inner join {{ ref('int_indicators_rooted') }} as parts
        on outcomes.template_code = parts.template_code
        and outcomes.indicator_code = parts.whole_indicator_code
    inner join {{ source('catalogue', 'outcome_cells') }} as part_outcomes
        on parts.template_code = part_outcomes.template_code
        and parts.indicator_code = part_outcomes.indicator_code

),

chosen as (

    select cells.*
    from cells
    inner join rows_of_report
        on cells.report_id = rows_of_report.report_id
        and cells.template_code = rows_of_report.template_code
        and cells.indicator_code = rows_of_report.indicator_code
    left join stand_in_cells
        on cells.template_code = stand_in_cells.template_code
        and cells.indicator_code = stand_in_cells.indicator_code
    left join stand_ins
        on cells.report_id = stand_ins.report_id
        and cells.template_code = stand_ins.template_code
        and cells.indicator_code = stand_ins.indicator_code
    where cells.is_leaf = (
            rows_of_report.has_leaf
            and (rows_of_report.has_leaf_figure or not rows_of_report.has_total_figure)
        )
        and (
            stand_in_cells.indicator_code is null
            or (cells.has_figure and not coalesce(stand_ins.has_part_figure, false))
        )

)

select
    chosen.report_id,
    chosen.outcome_code,
    chosen.applicant_type_code,
    reports.jurisdiction_key,
    reports.jurisdiction_code,
    reports.issuing_body,
    reports.report_year,
    reports.reporting_scope,
    reports.is_additive_unit,
    outcomes.outcome_group,
    chosen.template_code,
    chosen.indicator_code,
    chosen.effective_value as request_count,
    chosen.effective_state as value_state,
    chosen.is_corrected,
    reports.quality_grade
from chosen
inner join {{ source('catalogue', 'outcomes') }} as outcomes
    on chosen.outcome_code = outcomes.outcome_code
inner join {{ ref('dim_report') }} as reports
    on chosen.report_id = reports.report_id
where reports.is_preferred
