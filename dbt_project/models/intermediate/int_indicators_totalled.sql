-- What a report says of an indicator over all applicants: the cell itself outside the request matrix; inside it the
-- printed total, or the sum of the applicant columns where the body left the total blank. Blank columns count as 0 in
-- that sum only where the whole above the row (the total of all outcomes) is printed. A heading that carries no figure
-- of its own (不予公开) is the sum of its rows, where each of them can be told.
with figures as (

    select
        figures.*,
        figures.applicant_type_code is null or applicant_types.is_total as is_headline,
        coalesce(applicant_types.is_leaf, false) as is_leaf
    from {{ ref('int_figures_preferred') }} as figures
    left join {{ source('catalogue', 'applicant_types') }} as applicant_types
        on figures.applicant_type_code = applicant_types.applicant_type_code

),

leaf_types as (

    select count(*) as leaf_type_count
    from {{ source('catalogue', 'applicant_types') }}
    where is_leaf

),

grouped as (

    select
        report_id,
        template_code,
        indicator_code,
        max(case when is_headline then effective_value end) as headline_value,
        max(case when is_headline then effective_state end) as headline_state,
        max(case when is_headline then unit_code end) as headline_unit_code,
        max(unit_code) as leaf_unit_code,
        sum(case when is_leaf then effective_value end) as leaf_value,
        {{ count_where("is_leaf and " ~ is_figure('effective_state')) }} as leaf_printed,
        {{ count_where("is_leaf and " ~ is_unprinted('effective_state')) }} as leaf_unprinted,
        {{ any_where("is_corrected") }} as is_corrected
    from figures
    group by report_id, template_code, indicator_code

),

rooted as (

    select
        grouped.*,
        coalesce({{ is_figure('whole.headline_state') }}, false) as is_whole_printed
    from grouped
    left join {{ ref('int_indicators_rooted') }} as indicators
        on grouped.template_code = indicators.template_code
        and grouped.indicator_code = indicators.indicator_code
    left join grouped as whole
        on grouped.report_id = whole.report_id
        and indicators.template_code = whole.template_code
        and indicators.whole_indicator_code = whole.indicator_code

),

decided as (

    select
        rooted.*,
        coalesce({{ is_figure('headline_state') }}, false) as is_total_printed,
        coalesce({{ is_unprinted('headline_state') }}, true)
            and leaf_printed > 0
            and leaf_printed + leaf_unprinted = leaf_types.leaf_type_count
            and (leaf_unprinted = 0 or is_whole_printed) as is_summed
    from rooted
    cross join leaf_types

),

totals as (

    select
        report_id,
        template_code,
        indicator_code,
        case when is_total_printed then headline_value when is_summed then leaf_value end as value,
        case
            when is_total_printed then 'printed'
            when is_summed then 'summed'
            when {{ is_unprinted('headline_state') }} then 'unprinted'
            else 'unread'
        end as total_state,
        coalesce(headline_unit_code, leaf_unit_code) as unit_code,
        is_whole_printed,
        is_corrected
    from decided

),

rows_of_headings as (

    select
        headings.template_code,
        headings.indicator_code as heading_code,
        parts.indicator_code,
        count(*) over (partition by headings.template_code, headings.indicator_code) as row_count
    from {{ source('catalogue', 'indicators') }} as headings
    inner join {{ source('catalogue', 'indicators') }} as parts
        on headings.template_code = parts.template_code
        and headings.indicator_code = parts.parent_code
    where headings.is_heading and headings.axis = 'matrix_row'

)

select * from totals
union all
select
    totals.report_id,
    totals.template_code,
    rows_of_headings.heading_code,
    sum(totals.value),
    'summed',
    min(totals.unit_code),
    {{ any_where("totals.is_whole_printed") }},
    {{ any_where("totals.is_corrected") }}
from totals
inner join rows_of_headings
    on totals.template_code = rows_of_headings.template_code
    and totals.indicator_code = rows_of_headings.indicator_code
where totals.value is not null
    or (totals.total_state = 'unprinted' and totals.is_whole_printed)
group by totals.report_id, totals.template_code, rows_of_headings.heading_code
having count(*) = min(rows_of_headings.row_count) and count(totals.value) > 0
