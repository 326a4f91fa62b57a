-- What the parser noted of each document and, as one more issue, what only shows beside other documents.
with numbered as (

    select report_id, max(issue_no) as last_no
    from {{ ref('stg_raw__issues') }}
    group by report_id

),

issues as (

    select
        report_id,
        issue_no,
        issue_kind,
        message,
        printed_text,
        indicator_code,
        nearest_labels,
        page,
        table_index,
        row_index,
        column_index,
        char_start,
        char_end
    from {{ ref('stg_raw__issues') }}
    {%- for kind, message in [('same_report_disagrees', 'disagreement'), ('scope_conflict', 'scope_doubt')] %}
    union all
    select
        ranked.report_id,
        coalesce(numbered.last_no, 0) + {{ loop.index }},
        '{{ kind }}',
        ranked.{{ message }},
        '',
        null,
        {{ list_without_nulls([]) }},
        null,
        null,
        null,
        null,
        null,
        null
    from {{ ref('int_reports_ranked') }} as ranked
    left join numbered
        on ranked.report_id = numbered.report_id
    where ranked.{{ message }} is not null
    {%- endfor %}

)

select
    issues.report_id,
    issues.issue_no,
    reports.source_file,
    reports.jurisdiction_key,
    reports.report_year,
    issues.issue_kind,
    kinds.severity,
    kinds.title_en,
    kinds.title_zh,
    issues.message,
    issues.printed_text,
    issues.indicator_code,
    issues.nearest_labels,
    issues.page,
    issues.table_index,
    issues.row_index,
    issues.column_index,
    issues.char_start,
    issues.char_end,
    reports.quality_grade
from issues
inner join {{ ref('dim_report') }} as reports
    on issues.report_id = reports.report_id
left join {{ source('catalogue', 'issue_kinds') }} as kinds
    on issues.issue_kind = kinds.kind
