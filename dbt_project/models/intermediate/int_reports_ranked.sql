-- Which document stands for a body, year and scope where several do, and what the others are to it.
-- The rule, first difference decides: a statistics table before none; complete (at least 19 of 20 of the most figures
-- that any of them prints) before incomplete; a version that calls itself corrected, unless a mirror says so; a
-- government host; a stated scope; published later; more figures; last the id, so that the order never depends on the
-- run.
-- A document whose jurisdiction or year is unknown stands for nothing, since it may repeat any other.
with documents as (

    select
        *,
        jurisdiction_code is not null and report_year is not null as is_resolved,
        coalesce(unit_key, jurisdiction_code) as place_key,
        -- Unresolved documents stand alone, under their own id.
        case
            when jurisdiction_code is null or report_year is null then report_id
            -- What covers all bodies of an area is its government's, whichever of its offices signs; and the office is
            -- one however it is spelt (政府办, 人民政府办公室).
            when body_kind = 'government' and reporting_scope <> 'consolidated' and issuing_body like '%办%'
                then 'government office'
            else {{ house_of('resolved') }}
        end as own_body_key,
        -- A government and its office may print one report under both names.
        case when body_kind = 'government' then 'government' else coalesce(body_name, '') end as house_key,
        case reporting_scope when 'consolidated' then 1 when 'own' then 2 else 3 end as scope_order
    from {{ ref('int_documents_resolved') }} as resolved

),

figures as (

    select * from {{ ref('int_figures_preferred') }}

),

counts as (

    select
        report_id,
        {{ any_where("origin = 'table'") }} as has_table,
        count(*) as cell_count,
        {{ count_where(is_figure('value_state')) }} as figure_count,
        {{ count_where("value <> 0") }} as nonzero_count,
        {{ digest_of(["indicator_code", "coalesce(applicant_type_code, '')", "value"], "value is not null") }}
            as figures_digest
    from figures
    group by report_id

),

candidates as (

    select
        documents.*,
        coalesce(counts.has_table, false) as has_table,
        coalesce(counts.cell_count, 0) as cell_count,
        coalesce(counts.figure_count, 0) as figure_count,
        counts.figures_digest,
        documents.source_authority = 'own' as is_government_source,
        documents.is_correction and documents.source_authority <> 'mirror' as is_superseding,
        -- Too few figures prove no common origin: forms full of zeros all look alike.
        documents.is_resolved and coalesce(counts.nonzero_count, 0) >= 3 as is_telling
    from documents
    left join counts
        on documents.report_id = counts.report_id

),

-- The same figures of one house and year are one report: where the scope is not stated, that of its double holds.
joined as (

    select
        *,
        case
            when is_telling and scope_order in (3, min(scope_order) over doubles) then min(scope_order) over doubles
            else scope_order
        end as scope_key,
        case
            when is_telling and scope_order in (3, min(scope_order) over doubles)
                then first_value(own_body_key) over (doubles order by scope_order, own_body_key)
            else own_body_key
        end as body_key
    from candidates
    window doubles as (partition by place_key, house_key, report_year, is_telling, figures_digest)

),

weighed as (

    select
        *,
        figure_count * 20 >= max(figure_count) over (
            partition by place_key, body_key, report_year, scope_key, has_table
        ) * 19 as is_complete
    from joined

),

ranked as (

    select
        *,
        row_number() over (best_first) as preference_rank,
        first_value(report_id) over (best_first) as best_report_id,
        first_value(has_table) over (best_first) as best_has_table,
        first_value(is_complete) over (best_first) as best_is_complete,
        first_value(is_superseding) over (best_first) as best_is_superseding,
        first_value(figure_count) over (best_first) as best_figure_count,
        first_value(figures_digest) over (best_first) as best_figures_digest,
        first_value(is_government_source) over (best_first) as best_is_government_source,
        first_value(scope_order) over (best_first) as best_scope_order,
        first_value(published_on) over (best_first) as best_published_on,
        count(*) over (partition by place_key, body_key, report_year, scope_key) as candidate_count
    from weighed
    window best_first as (
        partition by place_key, body_key, report_year, scope_key
        order by
            case when has_table then 0 else 1 end,
            case when is_complete then 0 else 1 end,
            case when is_superseding then 0 else 1 end,
            case when is_government_source then 0 else 1 end,
            scope_order,
            published_on desc nulls last,
            figure_count desc,
            report_id
    )

),

-- Documents that claim to be one report. Those whose unit is unknown stand for nothing, yet may disagree with another
-- of the same issuer. A re-post prints the same figures; the twenty best are what the others are compared with, so that
-- a thousand versions of one report make no million pairs.
rivals as (

    select
        *,
        row_number() over (
            partition by claimed_place, claimed_body, report_year, scope_key order by preference_rank, report_id
        ) as rival_no
    from (
        select
            *,
            case when is_resolved then place_key else '?' end as claimed_place,
            case when is_resolved then body_key else coalesce(body_name, issuer) end as claimed_body
        from ranked
        where report_year is not null
    ) as claims

),

pairs as (

    select
        own.report_id,
        other.report_id as other_report_id,
        other.source_file as other_source_file
    from rivals as own
    inner join rivals as other
        on own.claimed_place = other.claimed_place
        and own.claimed_body = other.claimed_body
        and own.report_year = other.report_year
        and own.scope_key = other.scope_key
        and own.figures_digest <> other.figures_digest
    where own.rival_no <= 20 or other.rival_no <= 20

),

-- Cells that both print with a figure, and print differently.
conflicts as (

    select
        pairs.report_id,
        pairs.other_report_id,
        pairs.other_source_file,
        count(*) as conflicting_figure_count
    from pairs
    inner join figures as own
        on pairs.report_id = own.report_id
    inner join figures as other
        on pairs.other_report_id = other.report_id
        and own.indicator_code = other.indicator_code
        and {{ same_code('own.applicant_type_code', 'other.applicant_type_code') }}
    where own.value <> other.value
    group by pairs.report_id, pairs.other_report_id, pairs.other_source_file

),

disagreeing as (

    select
        report_id,
        count(*) as disagreeing_document_count,
        string_agg(case when place <= 10 then other_source_file end, ', ' order by other_source_file)
            || case when count(*) > 10 then ' and ' || (count(*) - 10) || ' more' else '' end as disagreeing_files
    from (
        select *, row_number() over (partition by report_id order by other_source_file) as place from conflicts
    ) as named
    group by report_id

),

-- The figures of one house under two stated scopes: the area's are hardly those of one body, so one scope is wrong.
-- Both stand, and only one of them adds.
rescoped as (

    select
        report_id,
        first_value(source_file) over (doubles order by scope_key) as wider_file,
        scope_key > min(scope_key) over doubles as is_narrower
    from ranked
    where is_telling and preference_rank = 1
    window doubles as (partition by place_key, house_key, report_year, figures_digest)

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
        when ranked.is_complete <> ranked.best_is_complete then 'fewer_figures'
        when ranked.is_superseding <> ranked.best_is_superseding then 'superseded_by_correction'
        when ranked.is_government_source <> ranked.best_is_government_source then 'not_a_government_source'
        when ranked.scope_order <> ranked.best_scope_order then 'scope_not_stated'
        when not {{ same_code('cast(ranked.published_on as varchar)', 'cast(ranked.best_published_on as varchar)') }}
            then 'published_earlier'
        when ranked.figure_count <> ranked.best_figure_count then 'fewer_figures'
        else 'same_in_all_but_id'
    end as preference_reason,
    case
        when not ranked.is_resolved or ranked.preference_rank = 1 then null
        when ranked.figures_digest = ranked.best_figures_digest then 'same_figures'
        when conflicts.conflicting_figure_count > 0 then 'other_figures'
        else 'no_conflict'
    end as duplicate_reason,
    ranked.candidate_count,
    ranked.has_table,
    ranked.cell_count,
    ranked.figure_count,
    ranked.is_government_source,
    case
        when ranked.preference_rank > 1 then coalesce(conflicts.conflicting_figure_count, 0)
    end as conflicting_figure_count,
    case
        when ranked.is_resolved and ranked.preference_rank = 1
            then coalesce(disagreeing.disagreeing_document_count, 0)
    end as disagreeing_document_count,
    'states other figures for the same body, year and scope than ' || disagreeing.disagreeing_files
        as disagreement,
    'prints the figures of ' || rescoped.wider_file || ', which are said to be those of all bodies, not of one'
        as scope_doubt
from ranked
left join rescoped
    on ranked.report_id = rescoped.report_id
    and rescoped.is_narrower
left join conflicts
    on ranked.report_id = conflicts.report_id
    and ranked.best_report_id = conflicts.other_report_id
left join disagreeing
    on ranked.report_id = disagreeing.report_id
