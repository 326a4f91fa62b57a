-- The sums of across.yml, evaluated for every report that prints a cell of one: against last year's report of the same
-- body and scope, and against the reports of the units directly below. Figures as printed, as within a report.
--
-- Both sides need a printed figure; a blank beside one counts as 0 where the sum then holds, and else leaves it open.
with checks as (

    select
        check_code,
        kind,
        relation,
        per_applicant as is_per_applicant,
        indicator_code
    from {{ source('catalogue', 'cross_checks') }}
    where kind in ('last_year', 'children')

),

-- A rule reads the same in every form that it speaks of.
terms as (

    select
        check_code,
        document,
        side,
        indicator_code,
        min(term_no) as term_no,
        min(weight) as weight
    from {{ source('catalogue', 'cross_check_terms') }}
    group by check_code, document, side, indicator_code

),

forms as (

    select distinct check_code, template_code, indicator_code
    from {{ source('catalogue', 'cross_check_terms') }}

),

-- The cells that the checks speak of; outside the request matrix the one cell stands for all applicants.
figures as (

    select
        forms.check_code,
        figures.report_id,
        figures.indicator_code,
        figures.applicant_type_code,
        case
            when figures.applicant_type_code is null or applicants.is_total then 'total'
            else figures.applicant_type_code
        end as column_code,
        figures.value,
        figures.value_state,
        figures.printed_text,
        figures.page,
        figures.table_index,
        figures.row_index,
        figures.column_index
    from {{ ref('int_figures_preferred') }} as figures
    inner join forms
        on figures.template_code = forms.template_code
        and figures.indicator_code = forms.indicator_code
    inner join checks
        on forms.check_code = checks.check_code
    left join {{ source('catalogue', 'applicant_types') }} as applicants
        on figures.applicant_type_code = applicants.applicant_type_code
    where figures.origin = 'table'
        and (checks.is_per_applicant or figures.applicant_type_code is null or applicants.is_total)

),

asked as (

    select distinct check_code, report_id
    from figures

),

pairs as (

    select
        paired.report_id,
        coalesce(paired.previous_report_id, paired.other_scope_report_id) as other_report_id,
        paired.previous_report_id is not null as is_same_scope
    from {{ ref('int_reports_paired') }} as paired
    where coalesce(paired.previous_report_id, paired.other_scope_report_id) is not null

),

documents as (

    select
        paired.report_id,
        paired.report_year,
        paired.reporting_scope,
        documents.unit_key,
        documents.unit_code
    from {{ ref('int_reports_paired') }} as paired
    inner join {{ ref('int_documents_resolved') }} as documents
        on paired.report_id = documents.report_id
    where paired.body_kind = 'government' and paired.is_first_of_year

),

lists as (

    select max(valid_to_year) as last_year from {{ ref('dim_jurisdiction') }}

),

-- The units directly below a government that reports for its whole area, with the report of each.
below as (

    select
        parent.report_id,
        units.jurisdiction_key,
        child.report_id as child_report_id,
        child.reporting_scope as child_scope
    from documents as parent
    cross join lists
    inner join {{ ref('dim_jurisdiction') }} as units
        on parent.unit_code = units.parent_code
        and least(parent.report_year, lists.last_year) between units.valid_from_year and units.valid_to_year
        and not units.is_provisional
    left join documents as child
        on units.jurisdiction_key = child.unit_key
        and parent.report_year = child.report_year
    where parent.reporting_scope = 'consolidated'

),

coverage as (

    select
        report_id,
        count(*) as expected_child_count,
        count(child_report_id) as child_count,
        {{ count_where("child_scope = 'consolidated'") }} as consolidated_child_count
    from below
    group by report_id

),

-- One row per report and check, and per applicant column where the check asks for each.
instances as (

    select
        figures.report_id,
        checks.check_code,
        checks.kind,
        checks.relation,
        checks.indicator_code as about_indicator_code,
        case when checks.is_per_applicant then figures.applicant_type_code end as applicant_type_code,
        figures.column_code
    from figures
    inner join checks
        on figures.check_code = checks.check_code
        and figures.indicator_code = checks.indicator_code

),

-- Whose cells stand in which term: this report's, last year's, those of the units below. A report in a form that the
-- check does not speak of has none.
sources as (

    select
        instances.*,
        'previous' as document,
        pairs.other_report_id as source_report_id,
        pairs.other_report_id,
        pairs.is_same_scope
    from instances
    inner join pairs
        on instances.report_id = pairs.report_id
    inner join asked
        on pairs.other_report_id = asked.report_id
        and instances.check_code = asked.check_code
    where instances.kind = 'last_year'
    union all
    select instances.*, 'children', below.child_report_id, null, true
    from instances
    inner join below
        on instances.report_id = below.report_id
    inner join asked
        on below.child_report_id = asked.report_id
        and instances.check_code = asked.check_code
    where instances.kind = 'children'

),

with_own as (

    select * from sources
    union all
    select distinct
        report_id, check_code, kind, relation, about_indicator_code, applicant_type_code, column_code,
        'this', report_id, other_report_id, is_same_scope
    from sources

),

cells as (

    select
        sources.report_id,
        sources.check_code,
        sources.kind,
        sources.relation,
        sources.about_indicator_code,
        sources.applicant_type_code,
        sources.other_report_id,
        sources.is_same_scope,
        sources.document,
        sources.source_report_id,
        terms.term_no,
        terms.side,
        terms.indicator_code,
        figures.applicant_type_code as cell_applicant_type_code,
        terms.weight * figures.value as weighted_value,
        figures.value,
        coalesce(figures.value_state, 'absent') as cell_state,
        figures.printed_text,
        figures.page,
        figures.table_index,
        figures.row_index,
        figures.column_index
    from with_own as sources
    inner join terms
        on sources.check_code = terms.check_code
        and sources.document = terms.document
    left join figures
        on sources.source_report_id = figures.report_id
        and sources.check_code = figures.check_code
        and terms.indicator_code = figures.indicator_code
        and sources.column_code = figures.column_code

),

sides as (

    select
        report_id,
        check_code,
        kind,
        relation,
        applicant_type_code,
        about_indicator_code as indicator_code,
        other_report_id,
        is_same_scope,
        sum(case when side = 'left' then weighted_value end) as left_value,
        sum(case when side = 'right' then weighted_value end) as right_value,
        count(distinct case when document <> 'this' then source_report_id end) as other_count,
        {{ count_where("cell_state in ('absent', 'text')") }} as unread_count,
        {{ count_where(is_unprinted('cell_state')) }} as unprinted_count,
        {{ count_where("side = 'left' and " ~ is_figure('cell_state')) }} as left_printed,
        {{ count_where("side = 'right' and " ~ is_figure('cell_state')) }} as right_printed,
        {{ records_of({
            'side': 'side',
            'report_id': 'source_report_id',
            'indicator_code': 'indicator_code',
            'applicant_type_code': 'cell_applicant_type_code',
            'value': 'value',
            'value_state': 'cell_state',
            'printed_text': 'printed_text',
            'page': 'page',
            'table_index': 'table_index',
            'row_index': 'row_index',
            'column_index': 'column_index',
        }, 'term_no, source_report_id') }} as cells
    from cells
    group by report_id, check_code, kind, relation, applicant_type_code, about_indicator_code, other_report_id,
        is_same_scope

),

compared as (

    select
        sides.*,
        coverage.expected_child_count,
        coverage.child_count,
        coverage.consolidated_child_count,
        {{ relation_holds() }} as holds
    from sides
    left join coverage
        on sides.report_id = coverage.report_id
        and sides.kind = 'children'

),

judged as (

    select
        *,
        case
            when child_count < expected_child_count then 'coverage_incomplete'
            when not is_same_scope or consolidated_child_count < expected_child_count then 'scopes_differ'
            when kind = 'children' and other_count < expected_child_count then 'coverage_incomplete'
            when unread_count > 0 then 'cell_unread'
            when left_printed = 0 or right_printed = 0 then 'side_unprinted'
            when not holds and unprinted_count > 0 then 'side_partly_unprinted'
        end as not_assessable_reason
    from compared

)

select
    report_id,
    check_code,
    applicant_type_code,
    kind,
    indicator_code,
    other_report_id,
    {{ verdict_columns() }},
    cast(child_count as integer) as child_count,
    cast(expected_child_count as integer) as expected_child_count,
    cells
from judged
