-- The two checks of across.yml that weigh whether counts can mean what the form asks: decisions that only repeat the
-- number of matters (misreading), and suits after a review against all reviews decided so far (to_date). Figures as
-- printed, of preferred reports. Few or small counts prove nothing: they are not assessable, never an alarm.
{{ config(materialized='ephemeral') }}
with checks as (

    select
        check_code,
        kind,
        indicator_code,
        threshold,
        minimum
    from {{ source('catalogue', 'cross_checks') }}
    where kind in ('misreading', 'to_date')

),

-- A term of one form; the row of the form in which its cell stands is the heading above it.
terms as (

    select
        checks.check_code,
        checks.kind,
        terms.template_code,
        terms.term_no,
        terms.document,
        terms.side,
        terms.weight,
        terms.indicator_code,
        coalesce(indicators.parent_code, terms.indicator_code) as form_row
    from checks
    inner join {{ source('catalogue', 'cross_check_terms') }} as terms
        on checks.check_code = terms.check_code
    inner join {{ source('catalogue', 'indicators') }} as indicators
        on terms.template_code = indicators.template_code
        and terms.indicator_code = indicators.indicator_code

),

cells as (

    select
        terms.check_code,
        terms.kind,
        terms.term_no,
        terms.document,
        terms.side,
        terms.form_row,
        terms.weight * figures.value as weighted_value,
        figures.report_id,
        figures.indicator_code,
        figures.applicant_type_code,
        figures.value,
        figures.value_state,
        figures.printed_text,
        figures.page,
        figures.table_index,
        figures.row_index,
        figures.column_index
    from {{ ref('int_figures_preferred') }} as figures
    inner join terms
        on figures.template_code = terms.template_code
        and figures.indicator_code = terms.indicator_code
    where figures.origin = 'table'

),

-- How many cells a row, or a sum, is made of.
asked as (

    select
        check_code,
        document,
        form_row,
        count(distinct indicator_code) as cell_count
    from terms
    group by check_code, document, form_row

),

-- ---- misreading: row by row, only rows that print all of their cells
form_rows as (

    select
        cells.report_id,
        cells.check_code,
        cells.form_row,
        sum(case when cells.side = 'left' then cells.weighted_value end) as left_value,
        sum(case when cells.side = 'right' then cells.weighted_value end) as right_value
    from cells
    inner join asked
        on cells.check_code = asked.check_code
        and cells.document = asked.document
        and cells.form_row = asked.form_row
    where cells.kind = 'misreading'
    group by cells.report_id, cells.check_code, cells.form_row, asked.cell_count
    having {{ count_where(is_figure('cells.value_state')) }} = asked.cell_count

),

repeated as (

    select
        report_id,
        check_code,
        sum(left_value) as left_value,
        sum(right_value) as right_value,
        {{ count_where("left_value <> right_value") }} as other_count,
        {{ count_where("left_value = right_value and right_value > 0") }} as telling_count,
        coalesce(sum(case when left_value = right_value and right_value > 0 then log2(1 + right_value) / 2 end), 0)
            as bits
    from form_rows
    group by report_id, check_code

),

misread as (

    select
        paired.report_id,
        checks.check_code,
        cast(null as varchar) as indicator_code,
        cast(null as varchar) as other_report_id,
        repeated.left_value,
        repeated.right_value,
        cast(round(repeated.bits, 1) as double) as score,
        case
            when repeated.report_id is null then 'side_unprinted'
            when repeated.other_count = 0 and (repeated.telling_count < 2 or repeated.bits < checks.minimum)
                then 'counts_small'
        end as not_assessable_reason,
        repeated.other_count > 0 as holds
    from (select distinct report_id, check_code from cells where kind = 'misreading') as reports
    inner join {{ ref('int_reports_paired') }} as paired
        on reports.report_id = paired.report_id
    inner join checks
        on reports.check_code = checks.check_code
    left join repeated
        on reports.report_id = repeated.report_id
        and reports.check_code = repeated.check_code

),

-- ---- to_date: each report's own cells, then the sum over the body's reports so far
sums as (

    select
        cells.report_id,
        cells.check_code,
        sum(case when cells.document = 'this' then cells.weighted_value end) as left_value,
        {{ any_where("cells.document = 'this' and cells.value_state = 'text'") }} as is_left_unread,
        sum(case when cells.document = 'todate' then cells.weighted_value end) as own_value,
        {{ count_where("cells.document = 'todate' and " ~ is_figure('cells.value_state')) }} as printed_count
    from cells
    where cells.kind = 'to_date'
    group by cells.report_id, cells.check_code

),

complete as (

    select
        sums.*,
        paired.body_key,
        paired.reporting_scope,
        paired.report_year,
        paired.previous_report_id,
        sums.printed_count = wanted.cell_count as is_complete
    from sums
    inner join {{ ref('int_reports_paired') }} as paired
        on sums.report_id = paired.report_id
    inner join (
        select check_code, sum(cell_count) as cell_count from asked where document = 'todate' group by check_code
    ) as wanted
        on sums.check_code = wanted.check_code

),

-- Complete years in a row have one number: the year less its place among them.
summed as (

    select
        *,
        sum(own_value) over (
            partition by check_code, body_key, reporting_scope order by report_year
        ) as right_value,
        report_year - dense_rank() over (
            partition by check_code, body_key, reporting_scope, is_complete order by report_year
        ) as run_no
    from complete

),

compared as (

    select
        summed.report_id,
        summed.check_code,
        checks.indicator_code,
        summed.previous_report_id as other_report_id,
        summed.left_value,
        summed.right_value,
        summed.is_left_unread,
        summed.is_complete,
        checks.threshold,
        checks.minimum,
        summed.left_value <= summed.right_value as holds,
        (summed.left_value - summed.right_value) / sqrt(1 + summed.right_value) as score,
        summed.report_year - min(summed.report_year) over (
            partition by summed.check_code, summed.body_key, summed.reporting_scope, summed.is_complete, summed.run_no
        ) as earlier_years
    from summed
    inner join checks
        on summed.check_code = checks.check_code

),

dated as (

    select
        report_id,
        check_code,
        indicator_code,
        other_report_id,
        left_value,
        right_value,
        cast(round(greatest(score, 0), 2) as double) as score,
        case
            when is_left_unread then 'cell_unread'
            when left_value is null or right_value is null then 'side_unprinted'
            when not holds and not is_complete then 'side_partly_unprinted'
            when not holds and earlier_years < minimum then 'years_missing'
            when not holds and score < threshold then 'counts_small'
        end as not_assessable_reason,
        holds
    from compared

),

judged as (

    select * from misread
    union all
    select * from dated

),

-- The cells of the report itself, and those of the years before that are summed up.
shown as (

    select report_id as about_report_id, cells.*
    from cells
    where kind = 'misreading' or document = 'this'
    union all
    select complete.report_id, cells.*
    from complete
    inner join complete as until_now
        on complete.check_code = until_now.check_code
        and complete.body_key = until_now.body_key
        and complete.reporting_scope = until_now.reporting_scope
        and complete.report_year >= until_now.report_year
    inner join cells
        on until_now.report_id = cells.report_id
        and until_now.check_code = cells.check_code
    where cells.document = 'todate'

),

listed as (

    select
        shown.about_report_id as report_id,
        shown.check_code,
        {{ records_of({
            'side': 'shown.side',
            'report_id': 'shown.report_id',
            'indicator_code': 'shown.indicator_code',
            'applicant_type_code': 'shown.applicant_type_code',
            'value': 'shown.value',
            'value_state': 'shown.value_state',
            'printed_text': 'shown.printed_text',
            'page': 'shown.page',
            'table_index': 'shown.table_index',
            'row_index': 'shown.row_index',
            'column_index': 'shown.column_index',
        }, 'shown.term_no, shown.report_id') }} as cells
    from shown
    group by shown.about_report_id, shown.check_code

)

select
    judged.report_id,
    judged.check_code,
    judged.indicator_code,
    judged.other_report_id,
    {{ verdict_columns() }},
    judged.score,
    listed.cells
from judged
left join listed
    on judged.report_id = listed.report_id
    and judged.check_code = listed.check_code
