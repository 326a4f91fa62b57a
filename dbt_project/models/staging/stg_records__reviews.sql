-- The verdicts of reviewers, on the documents as they stand: like stg_records__corrections.
with records as (

    select
        {{ record_columns('reviews') | join(',\n        ') }},
        2 as precedence
    from {{ ref('seed_reviews') }}
    union all
    select
        {{ record_columns('reviews') | join(',\n        ') }},
        1 as precedence
    from {{ source('raw', 'reviews') }}

),

documents as (

    select
        document_id,
        source_file
    from {{ source('raw', 'documents') }}

),

placed as (

    select
        records.*,
        same.document_id is not null as is_of_this_version,
        coalesce(same.document_id, later.document_id, records.document_id) as current_document_id,
        coalesce(other_same.document_id, other_later.document_id, records.other_document_id)
            as current_other_document_id
    from records
    left join documents as same
        on records.document_id = same.document_id
    left join documents as later
        on records.source_file = later.source_file
    left join documents as other_same
        on records.other_document_id = other_same.document_id
    left join documents as other_later
        on records.other_source_file = other_later.source_file

),

ranked as (

    select
        *,
        row_number() over (
            partition by
                coalesce(finding_kind, 'identity'), identity_code, current_document_id, current_other_document_id,
                coalesce(indicator_code, ''), coalesce(applicant_type_code, ''), jurisdiction_key, report_year
            order by
                case when is_of_this_version then 0 else 1 end, precedence, reviewed_on desc, document_id
        ) as recency
    from placed

)

select
    current_document_id as document_id,
    document_id as reviewed_document_id,
    coalesce(finding_kind, 'identity') as finding_kind,
    identity_code,
    indicator_code,
    applicant_type_code,
    current_other_document_id as other_document_id,
    jurisdiction_key,
    report_year,
    left_value,
    right_value,
    verdict,
    fault_owner,
    note,
    evidence,
    reviewed_by,
    reviewed_on,
    source_file,
    other_source_file
from ranked
where recency = 1
