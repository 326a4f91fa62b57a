{#
  Table macros of the published file: the usual questions, as functions of an administrative code. Made once all models
  stand. They follow a unit through its renamings, and read its government's preferred report, widest scope first;
  `body` names another body of the unit. A macro takes the names in it from the catalog in use: with the file attached
  under another name, say USE <name> first.
#}
{% macro table_macros() %}{% if target.type == 'duckdb' %}
create or replace macro main.lineage_of(code) as (
    select arg_max(u.lineage_key, u.valid_to_year) from marts.dim_jurisdiction as u where u.jurisdiction_code = code
);
comment on macro main.lineage_of is
    $$The unit with this code through all its renamings: lineage_key of dim_jurisdiction. 行政区划沿革键。$$;

create or replace macro main.reports_of(code, body := null) as table
    select
        r.report_id, r.report_year, r.reporting_scope, r.issuing_body, r.template_codes, r.quality_grade,
        r.discrepancy_count > 0 as has_discrepancy, r.source_file, r.source_url, u.full_name_zh as place_name_zh
    from marts.dim_report as r
    inner join marts.dim_jurisdiction as u on r.jurisdiction_key = u.jurisdiction_key
    where r.is_preferred
        and u.lineage_key = lineage_of(code)
        and case when body is null then r.body_kind = 'government' else body in (r.issuing_body, r.body_name) end
    qualify row_number() over (
        partition by r.report_year
        order by case r.reporting_scope when 'consolidated' then 1 when 'unknown' then 2 else 3 end, r.report_id
    ) = 1
    order by r.report_year;
comment on macro table main.reports_of is
    $$One row per year: the report that stands for a unit, widest scope first. reports_of('330304'). 某地历年年报（每年一份）。$$;

create or replace macro main.series(code, series_code, body := null) as table
    select
        r.report_year, s.value, s.unit_code, s.value_status, s.template_code, s.comparability_grade, s.break_grade,
        s.break_codes, r.reporting_scope, r.place_name_zh, r.quality_grade, r.report_id
    from reports_of(code, body := body) as r
    inner join marts.fact_foi_series as s on r.report_id = s.report_id
    where s.series_code = series_code
    order by r.report_year;
comment on macro table main.series is
    $$One row per year: a harmonised series of a unit, with its breaks. series('330304', 'requests_received'). 某地某可比序列。$$;

create or replace macro main.grant_rate(code, from_year := 2008, to_year := 2999, body := null) as table
    select
        r.report_year, g.rate_definition, g.numerator, g.denominator, g.n, g.rate, g.comparability,
        greatest(granted.break_grade, among.break_grade) as break_grade,
        g.template_code, r.reporting_scope, r.place_name_zh, g.has_discrepancy, r.quality_grade, r.report_id
    from reports_of(code, body := body) as r
    inner join marts.rate_grants as g on r.report_id = g.report_id
    left join marts.fact_foi_series as granted
        on g.report_id = granted.report_id and granted.series_code = 'requests_granted'
    left join marts.fact_foi_series as among
        on g.report_id = among.report_id
        and among.series_code = case g.rate_definition
            when 'broad' then 'outcomes_counted' else 'outcomes_on_merits' end
    where r.report_year between from_year and to_year
    order by g.rate_definition, r.report_year;
comment on macro table main.grant_rate is
    $$One row per definition (broad, narrow) and year: the grant rate of a unit. grant_rate('330304', 2008, 2025). 某地历年公开率。$$;

create or replace macro main.timeline(code, from_year := 2008, to_year := 2025, body := null) as table
    with picked as (
        select
            *,
            lag(reporting_scope) over (order by report_year) <> reporting_scope as is_other_scope
        from reports_of(code, body := body)
    ),
    measured as (
        select
            s.report_id,
            any_value(s.template_code) filter (s.series_code = 'requests_received') as template_code,
            any_value(s.value) filter (s.series_code = 'requests_received') as requests_received,
            any_value(s.value) filter (s.series_code = 'outcomes_counted') as outcomes_counted,
            any_value(s.value) filter (s.series_code = 'outcomes_on_merits') as outcomes_on_merits,
            any_value(s.break_grade) filter (s.series_code = 'requests_received') as requests_break_grade,
            max(s.break_grade) filter (s.series_code in ('requests_granted', 'outcomes_counted')) as rate_break_grade
        from marts.fact_foi_series as s
        semi join picked on s.report_id = picked.report_id
        group by s.report_id
    ),
    rates as (
        select
            g.report_id,
            any_value(g.rate) filter (g.rate_definition = 'broad') as grant_rate_broad,
            any_value(g.rate) filter (g.rate_definition = 'narrow') as grant_rate_narrow
        from marts.rate_grants as g
        semi join picked on g.report_id = picked.report_id
        group by g.report_id
    ),
    marks as (
        select
            s.report_id,
            string_agg(distinct b.reason_zh, ' ' order by b.reason_zh) as breaks_zh,
            string_agg(distinct b.reason_en, ' ' order by b.reason_en) as breaks_en
        from marts.fact_foi_series as s
        inner join marts.dim_series_break as b
            on s.series_code = b.series_code and list_contains(s.break_codes, b.break_code)
        semi join picked on s.report_id = picked.report_id
        where s.series_code in ('requests_received', 'requests_granted', 'outcomes_counted', 'outcomes_on_merits')
            and b.comparability_grade <> 'A'
        group by s.report_id
    )
    select
        y.report_year, q.requests_received, g.grant_rate_broad, g.grant_rate_narrow,
        q.outcomes_counted, q.outcomes_on_merits, q.template_code, p.reporting_scope,
        q.requests_break_grade, q.rate_break_grade, coalesce(p.is_other_scope, false) as is_other_scope,
        coalesce(q.requests_break_grade > 'A', false) or coalesce(q.rate_break_grade > 'A', false)
            or coalesce(p.is_other_scope, false) as is_break,
        m.breaks_zh, m.breaks_en, p.quality_grade, p.report_id
    from (select unnest(range(from_year, to_year + 1)) as report_year) as y
    left join picked as p on y.report_year = p.report_year
    left join measured as q on p.report_id = q.report_id
    left join rates as g on p.report_id = g.report_id
    left join marks as m on p.report_id = m.report_id
    order by y.report_year;
comment on macro table main.timeline is
    $$One row per year, also without a report: requests received and both grant rates of a unit, with the breaks marked. timeline('330304'). 某地2008年以来申请数与公开率，断点已标注。$$;

create or replace macro main.outcomes(code, year, body := null) as table
    select
        o.outcome_group, o.outcome_code, o.label_zh, o.label_en,
        sum(f.request_count) as request_count,
        sum(f.request_count) / nullif(sum(sum(f.request_count)) over (), 0) as share,
        o.us_term, o.uk_term, f.template_code, f.reporting_scope, f.report_id
    from reports_of(code, body := body) as r
    inner join marts.fact_foi_outcomes as f on r.report_id = f.report_id
    inner join marts.dim_outcome as o on f.outcome_code = o.outcome_code
    where r.report_year = year
    group by
        o.position, o.outcome_group, o.outcome_code, o.label_zh, o.label_en, o.us_term, o.uk_term, f.template_code,
        f.reporting_scope, f.report_id
    order by o.position;
comment on macro table main.outcomes is
    $$One row per outcome: how a unit decided its requests in a year. outcomes('330304', 2017). 某地某年各类办理结果。$$;

create or replace macro main.where_printed(code, year, indicator, body := null) as table
    select
        f.source_file, f.template_code, f.indicator_code, f.section_zh, f.printed_label, f.applicant_type_zh,
        f.printed_text, f.value, f.value_state, f.corrected_value, f.unit_code, f.origin,
        f.page, f.table_index, f.row_index, f.column_index, r.source_url, f.report_id
    from reports_of(code, body := body) as r
    inner join marts.fact_figures_wide as f on r.report_id = f.report_id
    where r.report_year = year
        and (f.indicator_code = indicator or contains(f.label_zh, indicator) or contains(f.printed_label, indicator))
    order by f.table_index, f.row_index, f.column_index, f.indicator_code;
comment on macro table main.where_printed is
    $$One row per cell: where a figure is printed, by code or by a part of its label. where_printed('330304', 2017, '收到申请数'). 某数值印在何处。$$;

create or replace macro main.compare(codes, year) as table
    select
        u.jurisdiction_code, u.full_name_zh as place_name_zh, q.report_year, q.reporting_scope,
        q.requests_received, q.requests_granted, q.outcomes_counted, q.outcomes_on_merits,
        broad.rate as grant_rate_broad, narrow.rate as grant_rate_narrow,
        q.reviews_total, q.lawsuits_total, q.template_code, q.has_discrepancy, q.quality_grade, q.report_id
    from marts.fact_foi_requests as q
    inner join marts.dim_jurisdiction as u on q.jurisdiction_key = u.jurisdiction_key
    left join marts.rate_grants as broad on q.report_id = broad.report_id and broad.rate_definition = 'broad'
    left join marts.rate_grants as narrow on q.report_id = narrow.report_id and narrow.rate_definition = 'narrow'
    where q.body_kind = 'government'
        and q.report_year = year
        and u.lineage_key in (select lineage_of(c.code) from (select unnest(codes) as code) as c)
    qualify row_number() over (
        partition by u.lineage_key
        order by case q.reporting_scope when 'consolidated' then 1 when 'unknown' then 2 else 3 end, q.report_id
    ) = 1
    order by q.requests_received desc nulls last, u.jurisdiction_code;
comment on macro table main.compare is
    $$One row per unit: units side by side in a year. compare(['330304', '330326'], 2017). 多地同年对比。$$;
{% endif %}{% endmacro %}
