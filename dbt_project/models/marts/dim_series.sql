with terms as (

    select
        series_code,
        template_code,
        max(comparability) as comparability_grade,
        {{ list_of("case when weight < 0 then '-' else '+' end || indicator_code", 'weight desc, indicator_code') }}
            as source_cells
    from {{ source('catalogue', 'series_terms') }}
    group by series_code, template_code

)

select
    terms.series_code,
    terms.template_code,
    series.label_zh,
    series.label_en,
    series.description as meaning_en,
    series.unit_code,
    terms.source_cells,
    terms.comparability_grade,
    series.us_term,
    series.uk_term
from terms
inner join {{ source('catalogue', 'series') }} as series
    on terms.series_code = series.series_code
order by terms.series_code, terms.template_code
