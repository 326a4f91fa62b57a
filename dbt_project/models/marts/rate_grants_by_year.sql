-- Numerators and denominators are added before they are divided, over reports that do not cover one another.
select
    rates.report_year,
    units.level,
    rates.template_code,
    rates.rate_definition,
    cast(sum(rates.numerator) as decimal(24, 6)) as numerator,
    cast(sum(rates.denominator) as decimal(24, 6)) as denominator,
    count(*) as n,
    sum(rates.numerator) / nullif(sum(rates.denominator), 0) as rate,
    max(rates.comparability) as comparability,
    {{ count_where("rates.has_discrepancy") }} as discrepancy_report_count
from {{ ref('rate_grants') }} as rates
left join {{ ref('dim_jurisdiction') }} as units
    on rates.jurisdiction_key = units.jurisdiction_key
where rates.is_additive_unit
group by rates.report_year, units.level, rates.template_code, rates.rate_definition
