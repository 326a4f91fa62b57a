with evaluated as (

    select * from {{ ref('int_identities_evaluated') }}

),

-- Sums one of whose cells, or whose table, we did not read for certain.
doubted as (

    select distinct
        issues.report_id,
        terms.identity_code
    from {{ ref('stg_raw__issues') }} as issues
    left join {{ source('catalogue', 'issue_kinds') }} as kinds
        on issues.issue_kind = kinds.kind
    inner join {{ source('catalogue', 'identity_terms') }} as terms
        on issues.indicator_code = terms.indicator_code
        or (issues.indicator_code is null and issues.table_index is not null)
    where coalesce(kinds.severity, 'error') = 'error'

),

origins as (

    select
        report_id,
        {{ any_where("origin = 'table'") }} as has_table
    from {{ ref('int_figures_preferred') }}
    group by report_id

),

reviews as (

    select * from {{ ref('seed_reviews') }}

),

joined as (

    select
        evaluated.*,
        origins.has_table,
        doubted.report_id is not null as is_doubted,
        reviews.verdict,
        reviews.fault_owner as reviewed_fault_owner,
        reviews.note as review_note,
        -- A review holds while both sides still print what the reviewer saw.
        case
            when reviews.document_id is null then null
            when coalesce(cast(reviews.left_value as decimal(24, 6)) = evaluated.left_value,
                    reviews.left_value is null and evaluated.left_value is null)
                and coalesce(cast(reviews.right_value as decimal(24, 6)) = evaluated.right_value,
                    reviews.right_value is null and evaluated.right_value is null)
                then 'applied'
            else 'stale'
        end as review_status
    from evaluated
    inner join origins
        on evaluated.report_id = origins.report_id
    left join doubted
        on evaluated.report_id = doubted.report_id
        and evaluated.identity_code = doubted.identity_code
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
            then case when joined.is_doubted or not joined.has_table then 'undecided' else 'publisher' end
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
    case when joined.review_status = 'applied' then joined.verdict end as review_verdict,
    joined.review_status,
    joined.review_note
from joined
inner join {{ source('catalogue', 'identities') }} as identities
    on joined.identity_code = identities.identity_code
inner join {{ ref('dim_report') }} as reports
    on joined.report_id = reports.report_id
