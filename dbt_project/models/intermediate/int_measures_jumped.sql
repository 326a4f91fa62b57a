-- How far each report's measures moved against last year's report of the same body and scope, on a scale on which
-- counts vary alike whatever their size (catalogue/across.yml), compared with its peers and with its own history.
{% set dispersion = 0.1 %}
with checks as (

    select
        checks.check_code,
        checks.threshold,
        checks.minimum,
        terms.template_code,
        terms.indicator_code
    from {{ source('catalogue', 'cross_checks') }} as checks
    inner join {{ source('catalogue', 'cross_check_terms') }} as terms
        on checks.check_code = terms.check_code
    where checks.kind = 'jump'

),

measures as (

    select
        figures.report_id,
        checks.check_code,
        checks.threshold,
        checks.minimum,
        figures.indicator_code,
        figures.applicant_type_code,
        figures.value,
        2 / sqrt({{ dispersion }}) * ln(
            sqrt({{ dispersion }} * (figures.value + 0.375)) + sqrt({{ dispersion }} * (figures.value + 0.375) + 1)
        ) as stable_value
    from {{ ref('int_figures_preferred') }} as figures
    inner join checks
        on figures.template_code = checks.template_code
        and figures.indicator_code = checks.indicator_code
    left join {{ source('catalogue', 'applicant_types') }} as applicants
        on figures.applicant_type_code = applicants.applicant_type_code
    where figures.value >= 0
        and (figures.applicant_type_code is null or applicants.is_total)

),

changes as (

    select
        this_year.*,
        paired.body_key,
        paired.body_kind,
        paired.reporting_scope,
        paired.report_year,
        paired.previous_report_id,
        last_year.value as previous_value,
        this_year.stable_value - last_year.stable_value as change
    from measures as this_year
    inner join {{ ref('int_reports_paired') }} as paired
        on this_year.report_id = paired.report_id
    inner join measures as last_year
        on paired.previous_report_id = last_year.report_id
        and this_year.check_code = last_year.check_code

),

medians as (

    select
        check_code,
        body_kind,
        report_year,
        count(*) as peer_count,
        percentile_cont(0.5) within group (order by change) as median_change
    from changes
    group by check_code, body_kind, report_year

),

centred as (

    select
        changes.*,
        medians.peer_count,
        case when medians.peer_count > changes.minimum then medians.median_change else 0 end as expected_change,
        changes.change - case when medians.peer_count > changes.minimum then medians.median_change else 0 end
            as deviation
    from changes
    inner join medians
        on changes.check_code = medians.check_code
        and {{ same_code('changes.body_kind', 'medians.body_kind') }}
        and changes.report_year = medians.report_year

),

-- 1.4826 times the median absolute deviation is the standard deviation of a normal spread.
spreads as (

    select
        check_code,
        body_kind,
        report_year,
        greatest(1, 1.4826 * percentile_cont(0.5) within group (order by abs(deviation))) as spread
    from centred
    group by check_code, body_kind, report_year

),

scored as (

    select
        centred.*,
        abs(centred.deviation)
            / case when centred.peer_count > centred.minimum then spreads.spread else 1 end as score,
        max(abs(centred.deviation)) over (
            partition by centred.check_code, centred.body_key, centred.reporting_scope
            order by centred.report_year
            rows between unbounded preceding and 1 preceding
        ) as largest_earlier_deviation
    from centred
    inner join spreads
        on centred.check_code = spreads.check_code
        and {{ same_code('centred.body_kind', 'spreads.body_kind') }}
        and centred.report_year = spreads.report_year

)

select
    report_id,
    check_code,
    indicator_code,
    applicant_type_code,
    previous_report_id,
    value,
    previous_value,
    round(score, 2) as score,
    peer_count - 1 as peer_count,
    score > threshold and abs(deviation) > 2 * coalesce(largest_earlier_deviation, 0) as is_implausible
from scored
