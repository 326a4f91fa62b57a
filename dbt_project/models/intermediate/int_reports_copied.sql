-- Reports one part of which (the scalar cells, the request matrix, the disputes) prints exactly the figures of another
-- body or year: one row per report, with the nearest earlier report that it repeats. Zeros and blanks prove nothing and
-- totals repeat their parts, so that only other figures count as information; a part needs a minimum of it.
with checks as (

    select check_code, minimum
    from {{ source('catalogue', 'cross_checks') }}
    where kind = 'copy'

),

parts as (

    select
        figures.report_id,
        indicators.axis,
        {{ digest_of(["figures.indicator_code", "coalesce(figures.applicant_type_code, '')", "figures.value"],
            "figures.value <> 0") }} as digest,
        {{ count_where("figures.value <> 0") }} as figure_count,
        sum(case
            when figures.value > 0 and not coalesce(applicants.is_total, false) then log2(1 + figures.value) / 2
        end) as bits
    from {{ ref('int_figures_preferred') }} as figures
    inner join {{ source('catalogue', 'indicators') }} as indicators
        on figures.template_code = indicators.template_code
        and figures.indicator_code = indicators.indicator_code
    left join {{ source('catalogue', 'applicant_types') }} as applicants
        on figures.applicant_type_code = applicants.applicant_type_code
    where figures.origin = 'table'
    group by figures.report_id, indicators.axis

),

telling as (

    select
        paired.report_id,
        paired.body_key,
        paired.report_year,
        parts.axis,
        parts.digest,
        parts.figure_count,
        parts.bits
    from parts
    inner join {{ ref('int_reports_paired') }} as paired
        on parts.report_id = paired.report_id
    where parts.bits >= (select min(minimum) from checks)

),

-- The one before among all that print the same; the same body's two scopes of one year may well agree.
followed as (

    select
        *,
        lag(report_id) over same as other_report_id,
        lag(body_key) over same as other_body_key,
        lag(report_year) over same as other_report_year
    from telling
    window same as (partition by axis, digest order by report_year, body_key, report_id)

),

copied as (

    select
        followed.*,
        case when other_body_key = body_key then 'X-6a' else 'X-6b' end as check_code,
        row_number() over (partition by report_id order by bits desc, axis) as place
    from followed
    where other_report_id is not null
        and not (other_body_key = body_key and other_report_year = report_year)

)

select
    copied.report_id,
    copied.check_code,
    copied.other_report_id,
    copied.axis,
    copied.figure_count,
    round(copied.bits, 1) as information_bits
from copied
inner join checks
    on copied.check_code = checks.check_code
    and copied.bits >= checks.minimum
where copied.place = 1
