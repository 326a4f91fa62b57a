with variants as (

    select
        template_code,
        indicator_code,
        {{ list_of('label', 'label') }} as label_variants
    from {{ source('catalogue', 'label_variants') }}
    group by template_code, indicator_code

),

series as (

    select
        template_code,
        indicator_code,
        {{ list_of('series_code', 'series_code') }} as series_codes
    from {{ source('catalogue', 'series_terms') }}
    group by template_code, indicator_code

),

outcomes as (

    select
        template_code,
        indicator_code,
        max(outcome_code) as outcome_code
    from {{ source('catalogue', 'outcome_cells') }}
    group by template_code, indicator_code

),

identity_indicators as (

    select distinct
        identities.template_code,
        terms.indicator_code,
        identities.identity_code
    from {{ source('catalogue', 'identities') }} as identities
    inner join {{ source('catalogue', 'identity_terms') }} as terms
        on identities.identity_code = terms.identity_code

),

identities as (

    select
        template_code,
        indicator_code,
        {{ list_of('identity_code', 'identity_code') }} as identity_codes
    from identity_indicators
    group by template_code, indicator_code

)

select
    indicators.template_code,
    indicators.indicator_code,
    indicators.parent_code,
    rooted.whole_indicator_code,
    indicators.section_zh,
    indicators.label_zh,
    indicators.label_en,
    case
        when whole.label_en is not null then indicators.label_en || ' (part of: ' || whole.label_en || ')'
        else indicators.label_en
    end as meaning_en,
    case
        when whole.label_zh is not null then indicators.label_zh || '（属于：' || whole.label_zh || '）'
        else indicators.label_zh
    end as meaning_zh,
    indicators.unit_code,
    indicators.position,
    indicators.axis,
    indicators.is_heading,
    variants.label_variants,
    series.series_codes,
    outcomes.outcome_code,
    identities.identity_codes,
    indicators.evidence
from {{ source('catalogue', 'indicators') }} as indicators
inner join {{ ref('int_indicators_rooted') }} as rooted
    on indicators.template_code = rooted.template_code
    and indicators.indicator_code = rooted.indicator_code
left join {{ source('catalogue', 'indicators') }} as whole
    on rooted.template_code = whole.template_code
    and rooted.whole_indicator_code = whole.indicator_code
left join variants
    on indicators.template_code = variants.template_code
    and indicators.indicator_code = variants.indicator_code
left join series
    on indicators.template_code = series.template_code
    and indicators.indicator_code = series.indicator_code
left join outcomes
    on indicators.template_code = outcomes.template_code
    and indicators.indicator_code = outcomes.indicator_code
left join identities
    on indicators.template_code = identities.template_code
    and indicators.indicator_code = identities.indicator_code
order by indicators.template_code, indicators.position
