-- What sentences say beside the figures of the report itself, compared: last year's figure said again against last
-- year's report of the same body and scope (as printed there, or summed up from its parts), and the parts of a figure
-- against that figure in the same report. A sentence need not name all parts, so that they can be less than the whole,
-- never more.
{{ config(materialized='ephemeral') }}
with mentions as (

    select * from {{ ref('stg_raw__observations') }}
    where origin in ('prose', 'prose_previous_year', 'prose_part')

),

checks as (

    select check_code, kind
    from {{ source('catalogue', 'cross_checks') }}
    where kind in ('restated', 'parts')

),

-- Figures that are the same thing under another code in another form; all others keep their code.
named as (

    select terms.check_code, terms.template_code, terms.indicator_code
    from {{ source('catalogue', 'cross_check_terms') }} as terms
    inner join checks
        on terms.check_code = checks.check_code
        and checks.kind = 'restated'

),

restated as (

    select
        mentions.*,
        coalesce(named.check_code, checks.check_code) as check_code,
        coalesce(paired.previous_report_id, paired.other_scope_report_id) as other_report_id,
        paired.previous_report_id is not null as is_same_scope
    from mentions
    inner join {{ ref('int_reports_paired') }} as paired
        on mentions.report_id = paired.report_id
    inner join checks
        on checks.kind = 'restated'
        and checks.check_code not in (select check_code from named)
    left join named
        on mentions.template_code = named.template_code
        and mentions.indicator_code = named.indicator_code
    where mentions.origin = 'prose_previous_year'

),

sought as (

    select report_id, indicator_code, other_report_id, indicator_code as other_indicator_code
    from restated
    union
    select restated.report_id, restated.indicator_code, restated.other_report_id, named.indicator_code
    from restated
    inner join named
        on restated.check_code = named.check_code

),

found as (

    select
        sought.report_id,
        sought.indicator_code,
        min(totals.indicator_code) as other_indicator_code,
        min(totals.value) as value,
        min(totals.unit_code) as unit_code,
        count(distinct totals.value) as value_count
    from sought
    inner join {{ ref('int_indicators_totalled') }} as totals
        on sought.other_report_id = totals.report_id
        and sought.other_indicator_code = totals.indicator_code
    group by sought.report_id, sought.indicator_code

),

-- The cell of last year's figure over all applicants.
printed as (

    select figures.*
    from {{ ref('int_figures_preferred') }} as figures
    left join {{ source('catalogue', 'applicant_types') }} as applicants
        on figures.applicant_type_code = applicants.applicant_type_code
    where figures.applicant_type_code is null or applicants.is_total

),

against_last_year as (

    select
        restated.report_id,
        restated.check_code,
        restated.indicator_code,
        restated.applicant_type_code,
        restated.other_report_id,
        restated.value as left_value,
        found.value as right_value,
        restated.value = found.value
            or (restated.qualifier is not null
                and abs(found.value - restated.value) <= {{ printed_step('restated.value') }}) as holds,
        case
            when restated.other_report_id is null then 'no_earlier_report'
            when not restated.is_same_scope then 'scopes_differ'
            when found.value is null or found.value_count > 1 then 'side_unprinted'
            -- Counting words (件, 条) change with the form; money does not.
            when found.unit_code <> restated.unit_code
                and (found.unit_code like '%元' or restated.unit_code like '%元') then 'units_differ'
        end as not_assessable_reason
    from restated
    left join found
        on restated.report_id = found.report_id
        and restated.indicator_code = found.indicator_code

),

sums as (

    select report_id, indicator_code, sum(value) as value
    from mentions
    where origin = 'prose_part'
    group by report_id, indicator_code

),

against_whole as (

    select
        wholes.report_id,
        checks.check_code,
        wholes.indicator_code,
        wholes.applicant_type_code,
        cast(null as varchar) as other_report_id,
        sums.value as left_value,
        wholes.value as right_value,
        sums.value = wholes.value as holds,
        case when sums.value < wholes.value then 'parts_incomplete' end as not_assessable_reason
    from mentions as wholes
    inner join sums
        on wholes.report_id = sums.report_id
        and wholes.indicator_code = sums.indicator_code
    inner join {{ ref('int_reports_paired') }} as paired
        on wholes.report_id = paired.report_id
    inner join checks
        on checks.kind = 'parts'
    where wholes.origin = 'prose'

),

compared as (

    select * from against_last_year
    union all
    select * from against_whole

),

-- Both places: the sentence and last year's cell, or the parts and their whole.
sides as (

    select
        compared.report_id,
        compared.check_code,
        compared.indicator_code,
        case when mentions.origin = 'prose' then 'right' else 'left' end as side,
        mentions.report_id as source_report_id,
        mentions.indicator_code as cell_indicator_code,
        mentions.applicant_type_code,
        mentions.value,
        mentions.value_state,
        mentions.printed_text,
        mentions.printed_label,
        mentions.page,
        mentions.table_index,
        mentions.row_index,
        mentions.column_index,
        mentions.char_start,
        mentions.observation_no
    from compared
    inner join checks
        on compared.check_code = checks.check_code
    inner join mentions
        on compared.report_id = mentions.report_id
        and compared.indicator_code = mentions.indicator_code
        and (checks.kind = 'restated') = (mentions.origin = 'prose_previous_year')
    union all
    select
        found.report_id,
        restated.check_code,
        found.indicator_code,
        'right',
        restated.other_report_id,
        found.other_indicator_code,
        printed.applicant_type_code,
        found.value,
        coalesce(printed.value_state, 'absent'),
        printed.printed_text,
        printed.printed_label,
        printed.page,
        printed.table_index,
        printed.row_index,
        printed.column_index,
        printed.char_start,
        printed.observation_no
    from found
    inner join restated
        on found.report_id = restated.report_id
        and found.indicator_code = restated.indicator_code
    left join printed
        on restated.other_report_id = printed.report_id
        and found.other_indicator_code = printed.indicator_code

),

listed as (

    select
        report_id,
        check_code,
        indicator_code,
        {{ records_of({
            'side': 'side',
            'report_id': 'source_report_id',
            'indicator_code': 'cell_indicator_code',
            'applicant_type_code': 'applicant_type_code',
            'value': 'value',
            'value_state': 'value_state',
            'printed_text': 'printed_text',
            'page': 'page',
            'table_index': 'table_index',
            'row_index': 'row_index',
            'column_index': 'column_index',
        }, 'side, observation_no') }} as cells
    from sides
    group by report_id, check_code, indicator_code

)

select
    compared.report_id,
    compared.check_code,
    compared.indicator_code,
    compared.applicant_type_code,
    compared.other_report_id,
    {{ verdict_columns() }},
    listed.cells
from compared
inner join listed
    on compared.report_id = listed.report_id
    and compared.check_code = listed.check_code
    and compared.indicator_code = listed.indicator_code
