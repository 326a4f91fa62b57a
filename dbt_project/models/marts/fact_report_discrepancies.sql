with evaluated as (

    select * from {{ ref('int_identities_evaluated') }}

),

issues as (

    select
        issues.report_id,
        issues.indicator_code,
        issues.table_index
    from {{ ref('stg_raw__issues') }} as issues
    left join {{ source('catalogue', 'issue_kinds') }} as kinds
        on issues.issue_kind = kinds.kind
    where coalesce(kinds.severity, 'error') = 'error'

),

-- Sums one of whose cells, or whose table, we did not read for certain.
doubted_cells as (

    select distinct
        issues.report_id,
        terms.identity_code
    from issues
    inner join {{ source('catalogue', 'identity_terms') }} as terms
        on issues.indicator_code = terms.indicator_code

),

doubted_reports as (

    select distinct report_id
    from issues
    where indicator_code is null and table_index is not null

),

origins as (

    select
        report_id,
        {{ any_where("origin = 'table'") }} as has_table
    from {{ ref('int_figures_preferred') }}
    group by report_id

),

-- Cells whose characters are another number than the one we made of them: nobody's fault but ours.
misread as (

    select distinct
        figures.report_id,
        terms.identity_code,
        figures.applicant_type_code
    from {{ ref('int_figures_preferred') }} as figures
    inner join {{ source('catalogue', 'identity_terms') }} as terms
        on figures.indicator_code = terms.indicator_code
    where figures.origin = 'table'
        -- Nearly all are the digits of their value, which is told sooner than what number a text is.
        and case
            when figures.value = cast(figures.value as bigint)
                and figures.printed_text = cast(cast(figures.value as bigint) as varchar) then false
            else {{ plain_number('figures.printed_text') }} <> figures.value
        end

),

misread_sums as (

    select
        evaluated.report_id,
        evaluated.identity_code,
        evaluated.applicant_type_code
    from evaluated
    inner join misread
        on evaluated.report_id = misread.report_id
        and evaluated.identity_code = misread.identity_code
        and (evaluated.applicant_type_code is null
            or evaluated.applicant_type_code = misread.applicant_type_code)
    group by evaluated.report_id, evaluated.identity_code, evaluated.applicant_type_code

),

-- The cells of what fails or looks wrong: a person looks at these, and those of a sum that closes stand in
-- fact_reported_figures. No cell is absent here, or the identity would not have been assessed.
shown as (

    select
        evaluated.report_id,
        evaluated.identity_code,
        evaluated.applicant_type_code,
        {{ records_of({
            'side': 'terms.side',
            'indicator_code': 'figures.indicator_code',
            'applicant_type_code': 'figures.applicant_type_code',
            'value': 'figures.value',
            'value_state': 'figures.value_state',
            'printed_text': 'figures.printed_text',
        }, 'terms.term_no') }} as cells
    from evaluated
    inner join {{ source('catalogue', 'identities') }} as identities
        on evaluated.identity_code = identities.identity_code
    inner join {{ source('catalogue', 'identity_terms') }} as terms
        on evaluated.identity_code = terms.identity_code
    inner join {{ ref('int_figures_preferred') }} as figures
        on evaluated.report_id = figures.report_id
        and evaluated.template_code = figures.template_code
        and terms.indicator_code = figures.indicator_code
        and case when identities.per_applicant then coalesce(evaluated.applicant_type_code, '')
            else coalesce(terms.applicant_type_code, '') end = coalesce(figures.applicant_type_code, '')
    where evaluated.status = 'does_not_close' or evaluated.flag is not null
    group by evaluated.report_id, evaluated.identity_code, evaluated.applicant_type_code

),

-- The explanation that closes most, with the fewest cells, among those that close this very sum.
explained as (

    select
        evaluated.report_id,
        evaluated.identity_code,
        evaluated.applicant_type_code,
        explanations.explanation_code,
        explanations.kind,
        explanations.rival_count,
        explanations.explanation_en,
        explanations.explanation_zh,
        row_number() over (
            partition by evaluated.report_id, evaluated.identity_code, evaluated.applicant_type_code
            order by explanations.preference
        ) as place
    from evaluated
    inner join {{ ref('fact_proposed_explanations') }} as explanations
        on evaluated.report_id = explanations.report_id
        and position(
            '|' || evaluated.identity_code || coalesce('/' || evaluated.applicant_type_code, '') || '|'
            in explanations.closed_identities
        ) > 0
    where evaluated.status = 'does_not_close' or evaluated.flag is not null

),

reviews as (

    select * from {{ ref('stg_records__reviews') }}
    where finding_kind = 'identity'

),

joined as (

    select
        evaluated.*,
        origins.has_table,
        doubted_cells.report_id is not null or doubted_reports.report_id is not null as is_doubted,
        misread_sums.report_id is not null as is_misread,
        shown.cells,
        explained.explanation_code,
        explained.kind as explanation_kind,
        explained.rival_count as explanation_rival_count,
        explained.explanation_en,
        explained.explanation_zh,
        reviews.verdict,
        reviews.fault_owner as reviewed_fault_owner,
        reviews.note as review_note,
        -- A review holds while both sides still print what the reviewer saw.
        case
            when reviews.verdict is null then null
            when {{ same_value('reviews.left_value', 'evaluated.left_value') }}
                and {{ same_value('reviews.right_value', 'evaluated.right_value') }} then 'applied'
            else 'stale'
        end as review_status
    from evaluated
    inner join origins
        on evaluated.report_id = origins.report_id
    left join doubted_cells
        on evaluated.report_id = doubted_cells.report_id
        and evaluated.identity_code = doubted_cells.identity_code
    left join doubted_reports
        on evaluated.report_id = doubted_reports.report_id
    left join misread_sums
        on evaluated.report_id = misread_sums.report_id
        and evaluated.identity_code = misread_sums.identity_code
        and {{ same_code('evaluated.applicant_type_code', 'misread_sums.applicant_type_code') }}
    left join shown
        on evaluated.report_id = shown.report_id
        and evaluated.identity_code = shown.identity_code
        and {{ same_code('evaluated.applicant_type_code', 'shown.applicant_type_code') }}
    left join explained
        on evaluated.report_id = explained.report_id
        and evaluated.identity_code = explained.identity_code
        and {{ same_code('evaluated.applicant_type_code', 'explained.applicant_type_code') }}
        and explained.place = 1
    left join reviews
        on evaluated.report_id = reviews.document_id
        and evaluated.identity_code = reviews.identity_code
        and {{ same_code('evaluated.applicant_type_code', 'reviews.applicant_type_code') }}

)

select
    joined.report_id,
    joined.identity_code,
    joined.applicant_type_code,
    reports.source_file,
    reports.jurisdiction_key,
    reports.report_year,
    reports.is_preferred,
    joined.template_code,
    joined.left_value,
    joined.right_value,
    joined.difference,
    joined.status,
    joined.not_assessable_reason,
    joined.flag,
    case
        when joined.review_status = 'applied' and joined.reviewed_fault_owner is not null
            then joined.reviewed_fault_owner
        when joined.status = 'closes' then null
        when joined.status = 'does_not_close' or joined.flag is not null
            then case
                when joined.is_misread then 'ours'
                when joined.is_doubted or not joined.has_table then 'undecided'
                else 'publisher'
            end
        -- Sentences need not state every cell; a table that lacks one was cut short or misread.
        when joined.not_assessable_reason in ('cell_absent', 'cell_is_text') and joined.has_table then 'undecided'
    end as fault_owner,
    identities.rule,
    identities.relation,
    identities.strength,
    identities.note_en,
    identities.note_zh,
    joined.cells,
    joined.term_count,
    joined.printed_count,
    joined.explanation_code,
    joined.explanation_kind,
    joined.explanation_rival_count,
    joined.explanation_en,
    joined.explanation_zh,
    case when joined.review_status = 'applied' then joined.verdict end as review_verdict,
    joined.review_status,
    joined.review_note,
    reports.quality_grade
from joined
inner join {{ source('catalogue', 'identities') }} as identities
    on joined.identity_code = identities.identity_code
inner join {{ ref('dim_report') }} as reports
    on joined.report_id = reports.report_id
