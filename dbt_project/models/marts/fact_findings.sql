-- Everything in the reports that does not agree, from all checks, in one list: a sum of the form, a cell that no count
-- can be, a sentence beside its table, a comparison with another report. Each part below says what it takes from where.
{%- set parts = ['sums', 'cells', 'prints', 'mentions', 'doubts', 'crossed'] %}
{%- set columns = ['report_id', 'kind', 'check_code', 'indicator_code', 'applicant_type_code', 'other_report_id', 'left_value',
    'right_value', 'difference', 'fault_owner', 'explanation', 'note_en', 'note_zh'
] %}
with indicators as (

    select * from {{ source('catalogue', 'indicators') }}

),

sums as (

    select
        report_id,
        'identity' as kind,
        identity_code as check_code,
        cast(null as varchar) as indicator_code,
        applicant_type_code,
        cast(null as varchar) as other_report_id,
        left_value,
        right_value,
        coalesce(difference, left_value - coalesce(right_value, 0), -right_value) as difference,
        fault_owner,
        explanation_en || ' · ' || explanation_zh
            || case when explanation_rival_count > 0 then ' (1/' || (explanation_rival_count + 1) || ')' else '' end
            as explanation,
        note_en,
        note_zh
    from {{ ref('fact_report_discrepancies') }}
    where status = 'does_not_close' or flag is not null

),

-- What no cell of its kind can print: less than nothing, a part of a case. The parser's own doubts about a cell, a unit
-- and a heading are facts about the print as well.
cells as (

    select
        figures.report_id,
        'invalid_cell' as kind,
        case when figures.value < 0 then 'V-NEGATIVE:' else 'V-FRACTION:' end || figures.indicator_code as check_code,
        figures.indicator_code,
        figures.applicant_type_code,
        cast(null as varchar) as other_report_id,
        figures.value as left_value,
        cast(null as decimal(24, 6)) as right_value,
        figures.value - trunc(greatest(figures.value, 0)) as difference,
        case when figures.origin = 'table' then 'publisher' else 'undecided' end as fault_owner,
        cast(null as varchar) as explanation,
        case when figures.value < 0 then 'A count cannot be negative' else 'A count is a whole number' end as note_en,
        case when figures.value < 0 then '计数不能为负' else '计数应为整数' end as note_zh
    from {{ ref('int_figures_preferred') }} as figures
    inner join indicators
        on figures.template_code = indicators.template_code
        and figures.indicator_code = indicators.indicator_code
    where (figures.value < 0 and not indicators.is_signed)
        or (figures.value <> trunc(figures.value) and coalesce(figures.unit_code, '') not in ('元', '万元'))

),

prints as (

    select
        issues.report_id,
        'invalid_cell' as kind,
        case issues.issue_kind
            when 'heading_has_figure' then coalesce(rules.identity_code, 'V-HEADING')
            else 'V-UNIT'
        end || coalesce(':' || issues.indicator_code, '') as check_code,
        issues.indicator_code,
        cast(null as varchar) as applicant_type_code,
        cast(null as varchar) as other_report_id,
        cast(null as decimal(24, 6)) as left_value,
        cast(null as decimal(24, 6)) as right_value,
        cast(null as decimal(24, 6)) as difference,
        'publisher' as fault_owner,
        min(explanations.explanation_en || ' · ' || explanations.explanation_zh) as explanation,
        min(kinds.title_en || ': ' || trim(issues.printed_text)) as note_en,
        min(kinds.title_zh || '：' || trim(issues.printed_text)) as note_zh
    from {{ ref('stg_raw__issues') }} as issues
    inner join {{ source('catalogue', 'issue_kinds') }} as kinds
        on issues.issue_kind = kinds.kind
    left join indicators
        on issues.indicator_code = indicators.indicator_code
    left join {{ source('catalogue', 'identities') }} as rules
        on indicators.template_code = rules.template_code
        and rules.relation = 'none'
        and issues.issue_kind = 'heading_has_figure'
    left join {{ ref('fact_proposed_explanations') }} as explanations
        on issues.report_id = explanations.report_id
        and 'heading-' || issues.issue_no = explanations.explanation_code
    where issues.issue_kind in ('heading_has_figure', 'unit_cell_has_value', 'unit_differs')
    group by issues.report_id, issues.issue_kind, issues.indicator_code, rules.identity_code

),

mentions as (

    select
        report_id,
        'prose_differs' as kind,
        case mention_kind when 'joint' then 'P-3:' else 'P-1:' end || indicator_code as check_code,
        indicator_code,
        applicant_type_code,
        cast(null as varchar) as other_report_id,
        value as left_value,
        coalesce(table_value, derived_value) as right_value,
        value - coalesce(table_value, derived_value) as difference,
        'publisher' as fault_owner,
        cast(null as varchar) as explanation,
        'The sentence states another figure than the table'
            || case mention_kind when 'joint' then ' for several indicators together' else '' end as note_en,
        '文字与表格数值不一致' || case mention_kind when 'joint' then '（多项合计）' else '' end as note_zh,
        row_number() over (
            partition by report_id, indicator_code, applicant_type_code, mention_kind order by observation_no
        ) as place
    from {{ ref('fact_prose_mentions') }}
    where agreement in ('differs', 'differs_from_parts')

),

-- Sentences whose number may mean several things: none of what it may mean is that number.
open_mentions as (

    select
        issues.report_id,
        issues.indicator_code,
        issues.issue_no,
        {{ plain_number(
            "replace(regexp_extract(issues.printed_text, '^([0-9]{1,3}(,[0-9]{3})+|[0-9]+)[^0-9.,%万亿]*$', 1), ',', '')") }} as value
    from {{ ref('stg_raw__issues') }} as issues
    where issues.issue_kind = 'prose_uncertain' and issues.indicator_code is not null

),

meant as (

    select
        open_mentions.report_id,
        open_mentions.indicator_code,
        open_mentions.issue_no,
        open_mentions.value,
        totals.value as own_value,
        sum(parts.value) as joint_value,
        count(parts.value) as part_count
    from open_mentions
    inner join {{ ref('int_indicators_totalled') }} as totals
        on open_mentions.report_id = totals.report_id
        and open_mentions.indicator_code = totals.indicator_code
    left join {{ source('catalogue', 'joint_mentions') }} as joint
        on totals.template_code = joint.template_code
        and totals.indicator_code = joint.indicator_code
    left join {{ ref('int_indicators_totalled') }} as parts
        on totals.report_id = parts.report_id
        and joint.template_code = parts.template_code
        and joint.part_indicator_code = parts.indicator_code
    where open_mentions.value is not null and totals.value is not null
        and open_mentions.report_id in (select report_id from {{ ref('dim_report') }} where has_table)
    group by open_mentions.report_id, open_mentions.indicator_code, open_mentions.issue_no, open_mentions.value,
        totals.value

),

doubts as (

    select
        report_id,
        'prose_may_differ' as kind,
        'P-2:' || indicator_code as check_code,
        indicator_code,
        cast(null as varchar) as applicant_type_code,
        cast(null as varchar) as other_report_id,
        value as left_value,
        coalesce(joint_value, own_value) as right_value,
        value - coalesce(joint_value, own_value) as difference,
        'undecided' as fault_owner,
        cast(null as varchar) as explanation,
        'The sentence may state another figure than the table' as note_en,
        '文字表述可能与表格不一致' as note_zh,
        row_number() over (partition by report_id, indicator_code order by issue_no) as place
    from meant
    where value <> own_value and value <> coalesce(joint_value, own_value)

),

crossed as (

    select
        report_id,
        case kind
            when 'last_year' then 'differs_from_last_year'
            when 'children' then 'exceeds_parent'
            when 'copy' then 'copied_report'
            when 'jump' then 'implausible_jump'
            when 'gap' then 'missing_report'
            when 'misreading' then 'misread_column'
            when 'to_date' then 'exceeds_reviews'
            when 'restated' then 'restated_differs'
            when 'parts' then 'parts_exceed_whole'
        end as kind,
        -- What a sentence says is checked for every indicator by one rule.
        check_code || case when kind in ('restated', 'parts') then ':' || indicator_code else '' end as check_code,
        indicator_code,
        applicant_type_code,
        other_report_id,
        left_value,
        right_value,
        difference,
        -- A column of correct sums that answers another question is no slip of reading.
        case kind when 'misreading' then 'publisher' else 'undecided' end as fault_owner,
        cast(null as varchar) as explanation,
        title_en as note_en,
        title_zh as note_zh
    from {{ ref('fact_cross_checks') }}
    where status = 'does_not_close'

),

found as (

    {%- for part in parts %}
    select {{ columns | join(', ') }} from {{ part }}
    {%- if part in ('mentions', 'doubts') %} where place = 1{% endif %}
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

reviews as (

    select * from {{ ref('stg_records__reviews') }}

),

-- A review holds while both sides still print what the reviewer saw.
reviewed as (

    select
        found.*,
        reviews.verdict,
        reviews.fault_owner as reviewed_fault_owner,
        case
            when reviews.verdict is null then 'open'
            when not {{ same_value('reviews.left_value', 'found.left_value') }}
                or not {{ same_value('reviews.right_value', 'found.right_value') }} then 'stale'
            when reviews.verdict = 'open' then 'open'
            else 'applied'
        end as review_status
    from found
    left join reviews
        on found.report_id = reviews.document_id
        and found.kind = reviews.finding_kind
        and found.check_code = reviews.identity_code
        and {{ same_code('found.applicant_type_code', 'reviews.applicant_type_code') }}
        and {{ same_code('found.indicator_code', 'reviews.indicator_code') }}
        and {{ same_code('found.other_report_id', 'reviews.other_document_id') }}

),

owned as (

    select
        reviewed.*,
        case
            when review_status <> 'stale' and reviewed_fault_owner is not null then reviewed_fault_owner
            else fault_owner
        end as decided_fault_owner,
        labels.label_en,
        labels.label_zh,
        applicants.label_en as applicant_en,
        applicants.label_zh as applicant_zh
    from reviewed
    left join (
        select indicator_code, min(label_en) as label_en, min(label_zh) as label_zh
        from indicators
        group by indicator_code
    ) as labels
        on reviewed.indicator_code = labels.indicator_code
    left join {{ source('catalogue', 'applicant_types') }} as applicants
        on reviewed.applicant_type_code = applicants.applicant_type_code

)

select
    left(md5(
        owned.kind || '|' || owned.check_code || '|' || owned.report_id || '|' || coalesce(owned.applicant_type_code, '')
    ), 16) as finding_id,
    owned.kind,
    owned.check_code,
    owned.report_id,
    owned.other_report_id,
    reports.jurisdiction_key,
    reports.report_year,
    owned.applicant_type_code,
    owned.indicator_code,
    cast(owned.left_value as decimal(24, 6)) as left_value,
    cast(owned.right_value as decimal(24, 6)) as right_value,
    cast(owned.difference as decimal(24, 6)) as difference,
    -- Relative times absolute size, on a logarithm: 8 of 52 weighs less than 80 of 520. What is ours comes first.
    cast(
        case owned.decided_fault_owner when 'ours' then 1000 else 0 end
        + coalesce(
            abs(owned.difference)
                / greatest(abs(coalesce(owned.left_value, 0)), abs(coalesce(owned.right_value, 0)), 1)
                * ln(1 + abs(owned.difference)),
            0)
        + case owned.kind when 'copied_report' then 5 when 'misread_column' then 5 when 'missing_report' then 1 else 0 end
    as double) as severity_score,
    owned.decided_fault_owner as fault_owner,
    owned.explanation,
    owned.note_en
        || coalesce(': ' || owned.label_en, '')
        || coalesce(' (' || owned.applicant_en || ')', '')
        || coalesce('; ' || {{ as_number('owned.left_value') }}, '')
        || coalesce(' against ' || {{ as_number('owned.right_value') }}, '') as message_en,
    owned.note_zh
        || coalesce('：' || owned.label_zh, '')
        || coalesce('（' || owned.applicant_zh || '）', '')
        || coalesce('；' || {{ as_number('owned.left_value') }}, '')
        || coalesce('，对照' || {{ as_number('owned.right_value') }}, '') as message_zh,
    owned.review_status,
    case when owned.review_status <> 'stale' then owned.verdict end as review_verdict,
    reports.is_preferred,
    reports.quality_grade
from owned
inner join {{ ref('dim_report') }} as reports
    on owned.report_id = reports.report_id
order by severity_score desc, finding_id
