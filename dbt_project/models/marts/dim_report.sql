with documents as (

    select * from {{ ref('int_documents_resolved') }}

),

ranked as (

    select * from {{ ref('int_reports_ranked') }}

),

-- What the parser did not understand, and that another document states other figures of the same report.
-- An issuer that was not recognised is no open issue any more where a reviewer says who it is.
issues as (

    select
        issues.report_id,
        count(*) as issue_count,
        {{ count_where("coalesce(kinds.severity, 'error') = 'error'") }} as error_count
    from (
        select report_id, issue_kind from {{ ref('stg_raw__issues') }}
        union all
        select report_id, 'same_report_disagrees' from ranked where disagreement is not null
        union all
        select report_id, 'scope_conflict' from ranked where scope_doubt is not null
    ) as issues
    left join {{ source('catalogue', 'issue_kinds') }} as kinds
        on issues.issue_kind = kinds.kind
    inner join documents
        on issues.report_id = documents.report_id
    where not (
        documents.is_place_overridden and issues.issue_kind in ('no_jurisdiction', 'ambiguous_jurisdiction')
    )
    group by issues.report_id

),

sums as (

    select
        report_id,
        {{ count_where("status = 'closes'") }} as closing_count,
        {{ count_where("status = 'does_not_close'") }} as discrepancy_count,
        {{ count_where("status = 'not_assessable'") }} as not_assessable_count,
        {{ count_where("flag is not null") }} as flag_count
    from {{ ref('int_identities_evaluated') }}
    group by report_id

),

reports as (

    select
        documents.*,
        ranked.is_preferred,
        ranked.preferred_report_id,
        ranked.preference_reason,
        ranked.duplicate_reason,
        ranked.candidate_count,
        ranked.conflicting_figure_count,
        ranked.disagreeing_document_count,
        ranked.has_table,
        ranked.figure_count,
        coalesce(issues.issue_count, 0) as issue_count,
        coalesce(issues.error_count, 0) as error_count,
        coalesce(sums.closing_count, 0) as closing_count,
        coalesce(sums.discrepancy_count, 0) as discrepancy_count,
        coalesce(sums.not_assessable_count, 0) as not_assessable_count,
        coalesce(sums.flag_count, 0) as flag_count,
        case documents.reporting_scope when 'consolidated' then 1 when 'unknown' then 2 else 3 end as scope_rank,
        {{ due_on('documents.body_kind', 'documents.report_year') }} as due_on
    from documents
    inner join ranked
        on documents.report_id = ranked.report_id
    left join issues
        on documents.report_id = issues.report_id
    left join sums
        on documents.report_id = sums.report_id

),

-- Each preferred report under the units whose government may count its requests: its own, its prefecture, its province.
inner_reports as (

    {%- for place in ['unit_code', 'unit_prefecture_code', 'unit_province_code'] %}
    select
        report_id,
        report_year,
        body_name,
        body_kind,
        scope_rank,
        {{ place }} as place_code,
        {{ 'true' if loop.first else 'false' }} as is_own_unit,
        coalesce(body_kind, '') not like 'vertical%'
            and coalesce(body_kind, '') not like 'zone%'
            and coalesce(body_kind, '') not like 'central%' as is_part_of_area
    from reports
    where is_preferred{{ "" if loop.first else " and " ~ place ~ " <> unit_code" }}
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

-- Reports whose requests another preferred report of the year counts as well: the same body at a wider scope, or a
-- government that reports for its whole area. A scope that is not stated is taken as wide, so that nothing counts
-- twice. Vertical organs, zones and central bodies are no part of a government's area.
covered as (

    select distinct inner_report.report_id
    from inner_reports as inner_report
    inner join reports as outer_report
        on inner_report.report_year = outer_report.report_year
        and inner_report.place_code = outer_report.unit_code
        and inner_report.report_id <> outer_report.report_id
    where outer_report.is_preferred
        and outer_report.reporting_scope <> 'own'
        and (
            (
                inner_report.is_own_unit
                and {{ same_code('inner_report.body_name', 'outer_report.body_name') }}
                and outer_report.scope_rank < inner_report.scope_rank
            ) or (
                outer_report.body_kind = 'government'
                and inner_report.is_part_of_area
                and (
                    not inner_report.is_own_unit
                    or coalesce(inner_report.body_kind, '') <> 'government'
                    or outer_report.scope_rank < inner_report.scope_rank
                    or (outer_report.scope_rank = inner_report.scope_rank
                        and outer_report.report_id < inner_report.report_id)
                )
            )
        )

)

select
    reports.report_id,
    reports.source_file,
    reports.sha256,
    files.landing_state,
    reports.jurisdiction_key,
    reports.jurisdiction_code,
    reports.jurisdiction_matched_year,
    reports.issuing_body,
    reports.body_name,
    reports.body_kind,
    reports.report_year,
    reports.period_start,
    reports.period_end,
    -- Months that the stated period touches at least in part; 12 for a whole year.
    (extract(year from reports.period_end) - extract(year from reports.period_start)) * 12
        + extract(month from reports.period_end) - extract(month from reports.period_start) + 1 as period_months,
    reports.reporting_scope,
    reports.template_codes,
    reports.is_preferred,
    reports.preferred_report_id,
    reports.preference_reason,
    reports.duplicate_reason,
    reports.candidate_count,
    reports.conflicting_figure_count,
    reports.disagreeing_document_count,
    reports.is_correction,
    reports.is_preferred and covered.report_id is null as is_additive_unit,
    case
        when reports.figure_count = 0 or reports.error_count > 0 then 'D'
        when not reports.has_table then 'C'
        when reports.discrepancy_count > 0 or reports.flag_count > 0 or reports.closing_count = 0 then 'B'
        else 'A'
    end as quality_grade,
    {{ list_without_nulls([
        "case when reports.figure_count = 0 then 'no_figures' end",
        "case when reports.error_count > 0 then 'partly_unread' end",
        "case when reports.figure_count > 0 and not reports.has_table then 'prose_only' end",
        "case when reports.discrepancy_count > 0 then 'discrepancies' end",
        "case when reports.flag_count > 0 then 'flagged_sums' end",
        "case when reports.closing_count + reports.discrepancy_count = 0 then 'no_sum_assessable' end",
        "case when reports.closing_count > 0 and reports.discrepancy_count + reports.flag_count = 0"
            ~ " then 'all_sums_close' end",
    ]) }} as quality_reasons,
    reports.has_table,
    reports.figure_count,
    reports.issue_count,
    reports.error_count,
    reports.closing_count,
    reports.discrepancy_count,
    reports.not_assessable_count,
    reports.flag_count,
    reports.title,
    reports.issuer,
    reports.published_on,
    reports.due_on,
    reports.published_on - reports.due_on as days_late,
    reports.form,
    reports.encoding,
    reports.size_bytes,
    reports.issuer_evidence,
    reports.scope_evidence,
    reports.is_overridden,
    reports.override_status,
    reports.override_reason,
    reports.overridden_by,
    reports.overridden_on,
    reports.resolved_jurisdiction_code,
    reports.resolved_issuing_body,
    reports.resolved_body_kind,
    reports.resolution_rank,
    reports.resolution_evidence,
    reports.source_url,
    reports.source_authority,
    reports.stated_source_authority,
    reports.retrieved_at,
    reports.parser_version
from reports
left join {{ ref('stg_raw__landing_files') }} as files
    on reports.source_file = files.source_file
left join covered
    on reports.report_id = covered.report_id
