-- What became of a unit: each recorded change, one row per predecessor and successor, and what it does to a series.
with versions as (

    select jurisdiction_key, code, name, valid_from_year, valid_to_year
    from {{ ref('seed_jurisdiction_units') }}

),

changes as (

    select
        seed.change_no,
        seed.year as change_year,
        seed.kind as kind_zh,
        seed.level,
        seed.how as evidence,
        seed.old_code as predecessor_code,
        seed.old_name as predecessor_name_zh,
        predecessor.jurisdiction_key as predecessor_jurisdiction_key,
        seed.new_code as successor_code,
        seed.new_name as successor_name_zh,
        successor.jurisdiction_key as successor_jurisdiction_key,
        successor.valid_from_year < seed.year or namesake.jurisdiction_key is not null as is_successor_older
    from {{ ref('seed_jurisdiction_changes') }} as seed
    left join versions as predecessor
        on seed.old_code = predecessor.code
        and seed.year - 1 between predecessor.valid_from_year and predecessor.valid_to_year
    left join versions as successor
        on seed.new_code = successor.code
        and seed.year between successor.valid_from_year and successor.valid_to_year
    left join versions as namesake  -- the successor itself a year before, under another parent's name
        on successor.code = namesake.code
        and successor.name = namesake.name
        and successor.valid_from_year = namesake.valid_to_year + 1
        and successor.code <> seed.old_code

),

-- Every link between two versions, so that a merger into a unit that keeps its code counts the unit itself.
links as (

    select predecessor_jurisdiction_key, successor_jurisdiction_key, change_year
    from changes
    where predecessor_jurisdiction_key is not null
    union
    select earlier.jurisdiction_key, later.jurisdiction_key, later.valid_from_year
    from versions as earlier
    inner join versions as later
        on earlier.code = later.code and earlier.valid_to_year + 1 = later.valid_from_year

),

predecessors as (

    select successor_jurisdiction_key, change_year, count(*) as predecessor_count
    from links
    group by successor_jurisdiction_key, change_year

),

successors as (

    select predecessor_jurisdiction_key, count(*) as successor_count
    from links
    group by predecessor_jurisdiction_key

)

select
    changes.change_no,
    changes.change_year,
    case changes.kind_zh
        when '撤县设区' then 'county_to_district'
        when '撤市设区' then 'city_to_district'
        when '撤县设市' then 'county_to_city'
        when '撤地设市' then 'prefecture_to_city'
        when '撤区设县' then 'district_to_county'
        when 'renamed' then 'renamed'
        when 'recoded' then 'recoded'
        when 'recoded+renamed' then 'recoded_and_renamed'
        when 'recoded with parent' then 'recoded_with_parent'
        when 'moved to another prefecture' then 'moved'
        when 'merged into / replaced by' then 'merged_or_replaced'
        when 'split between' then 'split'
        when 'created' then 'created'
    end as change_kind_code,
    case
        when changes.predecessor_code is null then 'created'
        when successors.successor_count > 1 then 'split'
        when changes.is_successor_older then 'absorbed'
        when predecessors.predecessor_count > 1 then 'merged'
        else 'continued'
    end as relation_code,
    changes.level,
    changes.predecessor_jurisdiction_key,
    changes.predecessor_code,
    changes.predecessor_name_zh,
    changes.successor_jurisdiction_key,
    changes.successor_code,
    changes.successor_name_zh,
    changes.evidence
from changes
left join predecessors
    on changes.successor_jurisdiction_key = predecessors.successor_jurisdiction_key
    and changes.change_year = predecessors.change_year
left join successors
    on changes.predecessor_jurisdiction_key = successors.predecessor_jurisdiction_key
