-- Which document stands for a body, year and scope where several do. The best one first: with a statistics table, with
-- more figures, from a government host, published later; last by id, so that the order never depends on the run.
-- A document whose jurisdiction or year is unknown stands for nothing, since it may repeat any other.
with documents as (

    select
        *,
        jurisdiction_code is not null and report_year is not null as is_resolved
    from {{ ref('stg_raw__documents') }}

),

figures as (

    select * from {{ ref('int_figures_preferred') }}

),

counts as (

    select
        report_id,
        {{ any_where("origin = 'table'") }} as has_table,
        count(*) as cell_count,
        {{ count_where(is_figure('value_state')) }} as figure_count
    from figures
    group by report_id

),

candidates as (

    select
        documents.*,
        coalesce(counts.has_table, false) as has_table,
        coalesce(counts.cell_count, 0) as cell_count,
        coalesce(counts.figure_count, 0) as figure_count,
        coalesce({{ host_of('documents.source_url') }} like '%.gov.cn', false) as is_government_source,
        -- Unresolved documents stand alone, under their own id.
        case
            when documents.is_resolved then coalesce(documents.issuing_body, '') else documents.report_id
        end as body_key
    from documents
    left join counts
        on documents.report_id = counts.report_id

),

ranked as (

    select
        *,
        row_number() over (best_first) as preference_rank,
        first_value(report_id) over (best_first) as best_report_id,
        first_value(has_table) over (best_first) as best_has_table,
        first_value(figure_count) over (best_first) as best_figure_count,
        first_value(is_government_source) over (best_first) as best_is_government_source,
        first_value(published_on) over (best_first) as best_published_on,
        count(*) over (partition by jurisdiction_code, body_key, report_year, reporting_scope) as candidate_count
    from candidates
    window best_first as (
        partition by jurisdiction_code, body_key, report_year, reporting_scope
        order by
            case when has_table then 0 else 1 end,
            figure_count desc,
            case when is_government_source then 0 else 1 end,
            published_on desc nulls last,
            report_id
    )

),

-- Cells that both print with a figure, and print differently.
conflicts as (

    select
        ranked.report_id,
        count(*) as conflicting_figure_count
    from ranked
    inner join figures as own
        on ranked.report_id = own.report_id
    inner join figures as best
        on ranked.best_report_id = best.report_id
        and own.indicator_code = best.indicator_code
        and {{ same_code('own.applicant_type_code', 'best.applicant_type_code') }}
    where ranked.preference_rank > 1
        and own.value <> best.value
    group by ranked.report_id

)

select
    ranked.report_id,
    ranked.is_resolved and ranked.preference_rank = 1 as is_preferred,
    case when ranked.is_resolved then ranked.best_report_id end as preferred_report_id,
    case
        when ranked.jurisdiction_code is null then 'jurisdiction_unknown'
        when ranked.report_year is null then 'year_unknown'
        when ranked.candidate_count = 1 then 'only_document'
        when ranked.preference_rank = 1 then 'best_of_several'
        when ranked.has_table <> ranked.best_has_table then 'no_table'
        when ranked.figure_count <> ranked.best_figure_count then 'fewer_figures'
        when ranked.is_government_source <> ranked.best_is_government_source then 'not_a_government_source'
        when {{ same_code('cast(ranked.published_on as varchar)', 'cast(ranked.best_published_on as varchar)') }}
            then 'same_in_all_but_id'
        else 'published_earlier'
    end as preference_reason,
    ranked.candidate_count,
    ranked.has_table,
    ranked.cell_count,
    ranked.figure_count,
    ranked.is_government_source,
    case
        when ranked.preference_rank > 1 then coalesce(conflicts.conflicting_figure_count, 0)
    end as conflicting_figure_count
from ranked
left join conflicts
    on ranked.report_id = conflicts.report_id
