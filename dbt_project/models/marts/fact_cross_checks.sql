with checks as (

    select * from {{ source('catalogue', 'cross_checks') }}

),

compared as (

    select
        report_id,
        check_code,
        indicator_code,
        applicant_type_code,
        other_report_id,
        left_value,
        right_value,
        difference,
        status,
        not_assessable_reason,
        child_count,
        expected_child_count,
        cast(null as double) as score,
        cells
    from {{ ref('int_cross_sums') }}
    union all
    select
        report_id,
        check_code,
        indicator_code,
        applicant_type_code,
        previous_report_id,
        value,
        previous_value,
        cast(value - previous_value as decimal(24, 6)),
        case when is_implausible then 'does_not_close' else 'closes' end,
        null,
        null,
        null,
        score,
        null
    from {{ ref('int_measures_jumped') }}
    union all
    select
        report_id,
        check_code,
        indicator_code,
        null,
        other_report_id,
        left_value,
        right_value,
        difference,
        status,
        not_assessable_reason,
        null,
        null,
        score,
        cells
    from {{ ref('int_counts_weighed') }}
    union all
    select
        report_id,
        check_code,
        indicator_code,
        applicant_type_code,
        other_report_id,
        left_value,
        right_value,
        difference,
        status,
        not_assessable_reason,
        null,
        null,
        null,
        cells
    from {{ ref('int_mentions_compared') }}
    union all
    -- Both sides count figures: all that the part prints beside zeros, and none that differs.
    select
        report_id,
        check_code,
        null,
        null,
        other_report_id,
        figure_count,
        figure_count,
        0,
        'does_not_close',
        null,
        null,
        null,
        information_bits,
        null
    from {{ ref('int_reports_copied') }}
    union all
    -- Left the last year with a report, right the year before this one: the difference is the years missing.
    select
        paired.report_id,
        checks.check_code,
        null,
        null,
        paired.earlier_report_id,
        paired.earlier_report_year,
        paired.report_year - 1,
        paired.earlier_report_year - paired.report_year + 1,
        case when paired.earlier_report_year < paired.report_year - 1 then 'does_not_close' else 'closes' end,
        null,
        null,
        null,
        null,
        null
    from {{ ref('int_reports_paired') }} as paired
    inner join checks
        on checks.kind = 'gap'
    where paired.earlier_report_id is not null

)

select
    compared.report_id,
    compared.check_code,
    compared.indicator_code,
    compared.applicant_type_code,
    checks.kind,
    reports.source_file,
    reports.jurisdiction_key,
    reports.report_year,
    reports.reporting_scope,
    compared.other_report_id,
    others.source_file as other_source_file,
    others.report_year as other_report_year,
    cast(compared.left_value as decimal(24, 6)) as left_value,
    cast(compared.right_value as decimal(24, 6)) as right_value,
    cast(compared.difference as decimal(24, 6)) as difference,
    compared.status,
    compared.not_assessable_reason,
    compared.child_count,
    compared.expected_child_count,
    compared.score,
    checks.rule,
    checks.relation,
    checks.title_en,
    checks.title_zh,
    checks.note_en,
    checks.note_zh,
    compared.cells,
    reports.quality_grade
from compared
inner join checks
    on compared.check_code = checks.check_code
inner join {{ ref('dim_report') }} as reports
    on compared.report_id = reports.report_id
left join {{ ref('dim_report') }} as others
    on compared.other_report_id = others.report_id
