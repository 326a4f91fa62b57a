-- Results only; a printed total stands in, as result unspecified, where the report prints no result of that route.
with cells as (

    select
        figures.report_id,
        figures.template_code,
        figures.indicator_code,
        disputes.route as route_code,
        disputes.result as result_code,
        figures.effective_value,
        figures.effective_state,
        figures.is_corrected,
        {{ is_figure('figures.effective_state') }} as has_figure
    from {{ ref('int_figures_preferred') }} as figures
    inner join {{ source('catalogue', 'dispute_cells') }} as disputes
        on figures.template_code = disputes.template_code
        and figures.indicator_code = disputes.indicator_code

),

routes as (

    select
        report_id,
        route_code,
        {{ any_where("result_code <> 'total' and has_figure") }} as has_result_figure
    from cells
    group by report_id, route_code

)

select
    cells.report_id,
    cells.route_code,
    case when cells.result_code = 'total' then 'unspecified' else cells.result_code end as result_code,
    reports.jurisdiction_key,
    reports.jurisdiction_code,
    reports.issuing_body,
    reports.report_year,
    reports.reporting_scope,
    reports.is_additive_unit,
    cells.template_code,
    cells.indicator_code,
    cells.effective_value as case_count,
    cells.effective_state as value_state,
    cells.is_corrected,
    reports.quality_grade
from cells
inner join routes
    on cells.report_id = routes.report_id
    and cells.route_code = routes.route_code
inner join {{ ref('dim_report') }} as reports
    on cells.report_id = reports.report_id
where reports.is_preferred
    and (cells.result_code <> 'total' or (cells.has_figure and not routes.has_result_figure))
