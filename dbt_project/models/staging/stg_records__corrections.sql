-- A reviewer's decision is about what a file prints. The document that was reviewed may have been replaced by a later
-- version of its file: the decision then goes to that version, where the guard decides whether it still holds.
-- Records come from the project's seed and from a folder of the reviewer's own, which has the last word.
with records as (

    select
        {{ record_columns('corrections') | join(',\n        ') }},
        2 as precedence
    from {{ ref('seed_corrections') }}
    union all
    select
        {{ record_columns('corrections') | join(',\n        ') }},
        1 as precedence
    from {{ source('raw', 'corrections') }}

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
        coalesce(same.document_id, later.document_id, records.document_id) as current_document_id,
        row_number() over (
            partition by coalesce(same.document_id, later.document_id, records.document_id), records.indicator_code,
                coalesce(records.applicant_type_code, '')
            order by
                case when same.document_id is null then 1 else 0 end,
                records.precedence,
                records.corrected_on desc,
                records.document_id
        ) as recency
    from records
    left join documents as same
        on records.document_id = same.document_id
    left join documents as later
        on records.source_file = later.source_file

)

select
    current_document_id as document_id,
    document_id as corrected_document_id,
    indicator_code,
    applicant_type_code,
    printed_text,
    corrected_value,
    reason,
    evidence,
    corrected_by,
    corrected_on,
    source_file
from placed
where recency = 1
