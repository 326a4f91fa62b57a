-- For reports whose sums fail: which one slip of a cell or a row would make sums close and break none that closes.
-- Each candidate is proved by working out every sum that its cells are in. Nothing here is applied to any figure.
with cells as (

    select * from {{ ref('int_failing_sums_cells') }}

),

candidates as (

    select * from {{ ref('int_slips_proposed') }}

),

-- The sums that a candidate's cells are in, worked out anew.
touched as (

    select distinct
        candidates.report_id,
        candidates.candidate,
        cells.identity_code,
        cells.applicant_type_code
    from candidates
    inner join cells
        on candidates.report_id = cells.report_id
        and candidates.observation_no = cells.observation_no

),

recounted as (

    select
        touched.report_id,
        touched.candidate,
        touched.identity_code,
        touched.applicant_type_code,
        cells.relation,
        cells.is_failing,
        case
            when max(cells.aggregate) filter (where cells.side = 'left') = 'max'
                then max(case when cells.side = 'left'
                    then cells.weight * coalesce(candidates.proposed_value, cells.counted_value) end)
            else sum(case when cells.side = 'left'
                then cells.weight * coalesce(candidates.proposed_value, cells.counted_value) end)
        end as left_value,
        sum(case when cells.side = 'right'
            then cells.weight * coalesce(candidates.proposed_value, cells.counted_value) end) as right_value
    from touched
    inner join cells
        on touched.report_id = cells.report_id
        and touched.identity_code = cells.identity_code
        and {{ same_code('touched.applicant_type_code', 'cells.applicant_type_code') }}
    left join candidates
        on touched.report_id = candidates.report_id
        and touched.candidate = candidates.candidate
        and cells.observation_no = candidates.observation_no
    group by touched.report_id, touched.candidate, touched.identity_code, touched.applicant_type_code,
        cells.relation, cells.is_failing

),

proved as (

    select
        report_id,
        candidate,
        {{ count_where("is_failing") }} as closed_count,
        '|' || string_agg(
            case when is_failing then identity_code || coalesce('/' || applicant_type_code, '') end,
            '|' order by identity_code, applicant_type_code
        ) || '|' as closed_identities
    from recounted
    group by report_id, candidate
    having count(*) = count(case relation
            when 'eq' then case when left_value = right_value then 1 end
            when 'le' then case when left_value <= right_value then 1 end
            when 'ge' then case when left_value >= right_value then 1 end
        end)
        and {{ count_where("is_failing") }} > 0

),

-- A figure on a heading, and nothing in the first row below it: the figure slipped up by one line.
headings as (

    select
        issues.report_id,
        'heading-' || issues.issue_no as candidate,
        issues.printed_text as heading_text,
        figures.observation_no,
        {{ plain_number('issues.printed_text') }} as proposed_value,
        row_number() over (partition by issues.report_id, issues.issue_no order by figures.observation_no) as place
    from {{ ref('stg_raw__issues') }} as issues
    inner join {{ ref('int_figures_preferred') }} as figures
        on issues.report_id = figures.report_id
        and issues.table_index = figures.table_index
        and issues.row_index < figures.row_index
    where issues.issue_kind = 'heading_has_figure'
        and figures.origin = 'table'

),

slipped as (

    select
        headings.report_id,
        headings.candidate,
        headings.heading_text,
        headings.observation_no,
        headings.proposed_value,
        rules.identity_code
    from headings
    inner join {{ ref('int_figures_preferred') }} as figures
        on headings.report_id = figures.report_id
        and headings.observation_no = figures.observation_no
    inner join {{ source('catalogue', 'identities') }} as rules
        on figures.template_code = rules.template_code
        and rules.relation = 'none'
    where headings.place = 1
        and headings.proposed_value is not null
        and {{ is_unprinted('figures.value_state') }}

),

explained as (

    select
        candidates.report_id,
        candidates.candidate,
        candidates.kind,
        proved.closed_count,
        proved.closed_identities,
        candidates.observation_no,
        candidates.proposed_value
    from candidates
    inner join proved
        on candidates.report_id = proved.report_id
        and candidates.candidate = proved.candidate
    union all
    select report_id, candidate, 'shifted_row', 1, '|' || identity_code || '|', observation_no, proposed_value
    from slipped

),

described as (

    select
        explained.report_id,
        explained.candidate,
        explained.kind,
        explained.closed_count,
        explained.closed_identities,
        count(*) as cell_count,
        string_agg(
            indicators.label_en || coalesce(' (' || applicants.label_en || ')', '') || ' '
                || {{ as_number('explained.proposed_value') }} || ' instead of '
                || case when figures.value is null then 'a blank' else {{ as_number('figures.value') }} end,
            '; ' order by figures.observation_no
        ) as changes_en,
        string_agg(
            indicators.label_zh || coalesce('（' || applicants.label_zh || '）', '') || '应为'
                || {{ as_number('explained.proposed_value') }} || '，原为'
                || case when figures.value is null then '空' else {{ as_number('figures.value') }} end,
            '；' order by figures.observation_no
        ) as changes_zh,
        {{ records_of({
            'indicator_code': 'figures.indicator_code',
            'applicant_type_code': 'figures.applicant_type_code',
            'printed_text': 'figures.printed_text',
            'value': 'figures.value',
            'proposed_value': 'cast(explained.proposed_value as decimal(24, 6))',
            'page': 'figures.page',
            'table_index': 'figures.table_index',
            'row_index': 'figures.row_index',
            'column_index': 'figures.column_index',
        }, 'figures.observation_no') }} as cells
    from explained
    inner join {{ ref('int_figures_preferred') }} as figures
        on explained.report_id = figures.report_id
        and explained.observation_no = figures.observation_no
    inner join {{ source('catalogue', 'indicators') }} as indicators
        on figures.template_code = indicators.template_code
        and figures.indicator_code = indicators.indicator_code
    left join {{ source('catalogue', 'applicant_types') }} as applicants
        on figures.applicant_type_code = applicants.applicant_type_code
    group by explained.report_id, explained.candidate, explained.kind, explained.closed_count,
        explained.closed_identities

),

-- The simplest explanations of the same sums; those that need more cells say nothing more.
simplest as (

    select
        *,
        min(cell_count) over (partition by report_id, closed_identities) as least_cell_count
    from described

),

failing as (

    select report_id, max(failing_count) as failing_count
    from cells
    group by report_id

)

select
    simplest.report_id,
    simplest.candidate as explanation_code,
    reports.source_file,
    reports.jurisdiction_key,
    reports.report_year,
    simplest.kind,
    simplest.cell_count,
    simplest.cells,
    simplest.closed_identities,
    simplest.closed_count,
    coalesce(failing.failing_count, 0) as failing_count,
    simplest.closed_count = coalesce(failing.failing_count, 0) as explains_all,
    -- Others that would close the same sums: with none, the explanation stands alone.
    count(*) over (partition by simplest.report_id, simplest.closed_identities) - 1 as rival_count,
    row_number() over (
        partition by simplest.report_id
        order by simplest.closed_count desc, simplest.cell_count, simplest.kind, simplest.candidate
    ) as preference,
    simplest.changes_en as explanation_en,
    simplest.changes_zh as explanation_zh,
    reports.is_preferred,
    reports.quality_grade
from simplest
inner join {{ ref('dim_report') }} as reports
    on simplest.report_id = reports.report_id
left join failing
    on simplest.report_id = failing.report_id
where simplest.cell_count = simplest.least_cell_count
