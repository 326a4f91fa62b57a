-- Each preferred report beside the reports of the same body in earlier years: last year's of the same scope, and the
-- last one there is, whatever its scope. A body is the same while its unit goes on, under whatever name or code; a
-- government and its office are one house.
with reports as (

    select
        documents.report_id,
        documents.report_year,
        documents.reporting_scope,
        documents.body_kind,
        coalesce(units.lineage_key, documents.jurisdiction_code) || '/'
            || {{ house_of('documents') }} as body_key,
        ranked.has_table,
        ranked.figure_count
    from {{ ref('int_documents_resolved') }} as documents
    inner join {{ ref('int_reports_ranked') }} as ranked
        on documents.report_id = ranked.report_id
    left join {{ ref('dim_jurisdiction') }} as units
        on documents.jurisdiction_key = units.jurisdiction_key
    where ranked.is_preferred

),

placed as (

    select
        *,
        row_number() over (
            partition by body_key, report_year, reporting_scope
            order by case when has_table then 0 else 1 end, figure_count desc, report_id
        ) as place_in_scope,
        row_number() over (
            partition by body_key, report_year
            order by case reporting_scope when 'consolidated' then 1 when 'own' then 2 else 3 end,
                case when has_table then 0 else 1 end, figure_count desc, report_id
        ) as place_in_year
    from reports

),

-- One report a body and year, for the gaps between years.
years as (

    select
        report_id,
        lag(report_id) over (partition by body_key order by report_year) as earlier_report_id,
        lag(report_year) over (partition by body_key order by report_year) as earlier_report_year
    from placed
    where place_in_year = 1

)

select
    placed.report_id,
    placed.body_key,
    placed.body_kind,
    placed.report_year,
    placed.reporting_scope,
    placed.place_in_year = 1 as is_first_of_year,
    last_year.report_id as previous_report_id,
    case when last_year.report_id is null then other_scope.report_id end as other_scope_report_id,
    years.earlier_report_id,
    years.earlier_report_year
from placed
left join placed as last_year
    on placed.body_key = last_year.body_key
    and placed.report_year = last_year.report_year + 1
    and placed.reporting_scope = last_year.reporting_scope
    and last_year.place_in_scope = 1
left join placed as other_scope
    on placed.body_key = other_scope.body_key
    and placed.report_year = other_scope.report_year + 1
    and other_scope.place_in_year = 1
left join years
    on placed.report_id = years.report_id
