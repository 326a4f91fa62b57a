-- The whole that a cell is a part of: the nearest indicator above it that carries a figure; headings are passed over.
with recursive indicators as (

    select * from {{ source('catalogue', 'indicators') }}

),

climb as (

    select
        template_code,
        indicator_code,
        parent_code as ancestor_code
    from indicators
    where parent_code is not null
    union all
    select
        climb.template_code,
        climb.indicator_code,
        ancestor.parent_code
    from climb
    inner join indicators as ancestor
        on climb.template_code = ancestor.template_code
        and climb.ancestor_code = ancestor.indicator_code
    where ancestor.is_heading
        and ancestor.parent_code is not null

)

select
    indicators.template_code,
    indicators.indicator_code,
    ancestor.indicator_code as whole_indicator_code
from indicators
left join climb
    on indicators.template_code = climb.template_code
    and indicators.indicator_code = climb.indicator_code
    and exists (
        select 1 from indicators as figure
        where figure.template_code = climb.template_code
            and figure.indicator_code = climb.ancestor_code
            and not figure.is_heading
    )
left join indicators as ancestor
    on climb.template_code = ancestor.template_code
    and climb.ancestor_code = ancestor.indicator_code
