-- Every break of every series: at each change of the form, with the grade of the catalogue, and in years within a form.
with generations as (

    select
        template_code,
        first_year,
        lag(template_code) over (order by first_year, template_code) as from_template_code
    from {{ source('catalogue', 'templates') }}

),

asked as (

    select
        series_code,
        template_code,
        max(comparability) as comparability_grade
    from {{ source('catalogue', 'series_terms') }}
    group by series_code, template_code

),

reasons as (

    select * from {{ source('catalogue', 'series_breaks') }}

),

-- A form that does not ask is no zero: the series ends there, or begins.
changes_of_form as (

    select
        series.series_code,
        coalesce(reasons.break_code, 'form_of_' || cast(generations.first_year as {{ dbt.type_string() }})) as break_code,
        generations.first_year as break_year,
        generations.first_year as event_year,
        'form' as kind_code,
        generations.from_template_code,
        generations.template_code as to_template_code,
        case
            when before_it.series_code is null or after_it.series_code is null then 'X'
            else after_it.comparability_grade
        end as comparability_grade,
        case
            when after_it.series_code is null then '新表式不再统计。'
            when before_it.series_code is null then '原表式未统计。'
            else coalesce(reasons.reason_zh, '两代表式的统计内容与单位相同。')
        end as reason_zh,
        case
            when after_it.series_code is null then 'The new form does not ask any more.'
            when before_it.series_code is null then 'The form before did not ask.'
            else coalesce(reasons.reason_en, 'Both forms ask for the same thing in the same unit.')
        end as reason_en,
        coalesce(reasons.evidence, 'verified') as evidence
    from {{ source('catalogue', 'series') }} as series
    inner join generations
        on generations.from_template_code is not null
    left join asked as before_it
        on series.series_code = before_it.series_code
        and generations.from_template_code = before_it.template_code
    left join asked as after_it
        on series.series_code = after_it.series_code
        and generations.template_code = after_it.template_code
    left join reasons
        on series.series_code = reasons.series_code
        and generations.template_code = reasons.template_code
    where before_it.series_code is not null or after_it.series_code is not null

),

within_a_form as (

    select
        series_code,
        break_code,
        first_year as break_year,
        event_year,
        kind as kind_code,
        cast(null as {{ dbt.type_string() }}) as from_template_code,
        cast(null as {{ dbt.type_string() }}) as to_template_code,
        comparability as comparability_grade,
        reason_zh,
        reason_en,
        evidence
    from reasons
    where template_code is null

)

select * from changes_of_form
union all
select * from within_a_form
order by series_code, break_year, break_code
