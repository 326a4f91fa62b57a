-- What should have been reported and what is here: every government of a province, prefecture or county in every year
-- from the first of the Regulations to the latest of any report, and whatever else reported in those or other years.
-- 18 years make 58,000 rows; names stand in dim_jurisdiction, since columns are what such a table costs.
with recursive reports as (

    select
        documents.unit_key,
        reports.*
    from {{ ref('dim_report') }} as reports
    inner join {{ ref('int_documents_resolved') }} as documents
        on reports.report_id = documents.report_id
    where documents.unit_key is not null
        and reports.report_year is not null

),

units as (

    select * from {{ ref('dim_jurisdiction') }}

),

lists as (

    select
        max(units.valid_to_year) as last_year,
        -- One year beyond the lists at most: a misread year must not make thirty years of missing reports.
        least(max(units.valid_to_year) + 1, (select max(report_year) from reports)) as last_report_year
    from units

),

years as (

    select 2008 as report_year, last_report_year, last_year
    from lists
    where last_report_year >= 2008
    union all
    select report_year + 1, last_report_year, last_year
    from years
    where report_year < last_report_year

),

-- No report is expected where the Regulations do not apply.
expected as (

    select units.jurisdiction_key, years.report_year
    from years
    inner join units
        on least(years.report_year, years.last_year) between units.valid_from_year and units.valid_to_year
    where units.level_name in ('province', 'prefecture', 'county')
        and units.province_code not in ('710000', '810000', '820000')
        and units.jurisdiction_code <> '350527'

),

-- The government's own report, the widest scope first; and the first day on which any version of it was published.
governments as (

    select
        unit_key,
        report_year,
        report_id,
        reporting_scope,
        due_on,
        min(published_on) over (partition by unit_key, report_year) as published_on,
        row_number() over (
            partition by unit_key, report_year
            order by
                case when is_preferred then 0 else 1 end,
                case reporting_scope when 'consolidated' then 1 when 'unknown' then 2 else 3 end,
                report_id
        ) as place
    from reports
    where body_kind = 'government'

),

present as (

    select
        unit_key,
        report_year,
        count(*) as document_count,
        {{ count_where("is_preferred and body_kind = 'government'") }} as government_report_count,
        {{ count_where("is_preferred and body_kind = 'department'") }} as department_report_count,
        {{ count_where("is_preferred and coalesce(body_kind, '') not in ('government', 'department')") }}
            as other_report_count
    from reports
    group by unit_key, report_year

),

rows_of_both as (

    select
        coalesce(expected.jurisdiction_key, present.unit_key) as jurisdiction_key,
        coalesce(expected.report_year, present.report_year) as report_year,
        case when expected.jurisdiction_key is null then 0 else 1 end as expected_report_count,
        coalesce(present.document_count, 0) as document_count,
        coalesce(present.government_report_count, 0) as government_report_count,
        coalesce(present.department_report_count, 0) as department_report_count,
        coalesce(present.other_report_count, 0) as other_report_count
    from expected
    full outer join present
        on expected.jurisdiction_key = present.unit_key
        and expected.report_year = present.report_year

)

select
    rows_of_both.jurisdiction_key,
    rows_of_both.report_year,
    units.jurisdiction_code,
    units.level_name,
    units.parent_code,
    units.province_code,
    rows_of_both.expected_report_count,
    case
        when rows_of_both.expected_report_count = 1 and rows_of_both.government_report_count > 0 then 1 else 0
    end as present_report_count,
    case
        when rows_of_both.expected_report_count = 1 and rows_of_both.government_report_count = 0 then 1 else 0
    end as missing_report_count,
    rows_of_both.government_report_count,
    rows_of_both.department_report_count,
    rows_of_both.other_report_count,
    rows_of_both.document_count,
    governments.report_id,
    governments.reporting_scope,
    governments.published_on,
    governments.due_on,
    governments.published_on - governments.due_on as days_late,
    case when governments.published_on is null or governments.due_on is null then 0 else 1 end as dated_report_count,
    case when governments.published_on > governments.due_on then 1 else 0 end as late_report_count
from rows_of_both
left join units
    on rows_of_both.jurisdiction_key = units.jurisdiction_key
left join governments
    on rows_of_both.jurisdiction_key = governments.unit_key
    and rows_of_both.report_year = governments.report_year
    and governments.place = 1
