-- One row per dated version of an administrative unit; parents are named as they were called when the version began.
with recursive versions as (

    select * from {{ ref('seed_jurisdiction_units') }}

),

changes as (

    select * from {{ ref('dim_jurisdiction_change') }}

),

-- A version goes on as another where one became one: by a recorded change, or because only its parent was renamed.
continuations as (

    select predecessor_jurisdiction_key, successor_jurisdiction_key
    from changes
    where relation_code = 'continued'
    union
    select earlier.jurisdiction_key, later.jurisdiction_key
    from versions as earlier
    inner join versions as later
        on earlier.code = later.code
        and earlier.valid_to_year + 1 = later.valid_from_year
        and earlier.name = later.name

),

lineages as (

    select versions.jurisdiction_key as lineage_key, versions.jurisdiction_key
    from versions
    left join continuations
        on versions.jurisdiction_key = continuations.successor_jurisdiction_key
    where continuations.successor_jurisdiction_key is null
    union all
    select lineages.lineage_key, continuations.successor_jurisdiction_key
    from lineages
    inner join continuations
        on lineages.jurisdiction_key = continuations.predecessor_jurisdiction_key

),

endings as (

    select predecessor_jurisdiction_key as jurisdiction_key, min(relation_code) as ended_by
    from changes
    where predecessor_jurisdiction_key is not null
    group by predecessor_jurisdiction_key

)

select
    versions.jurisdiction_key,
    versions.code as jurisdiction_code,
    versions.name as name_zh,
    versions.name_short as name_short_zh,
    versions.full_name as full_name_zh,
    versions.pinyin as name_pinyin,
    versions.name_en,
    versions.level,
    case versions.level
        when 0 then 'central'
        when 1 then 'province'
        when 2 then 'prefecture'
        when 3 then 'county'
    end as level_name,
    versions.type as "type",
    versions.parent_code,
    parent.name as parent_name_zh,
    versions.prefecture_code,
    prefecture.name as prefecture_name_zh,
    versions.province_code,
    province.name as province_name_zh,
    versions.valid_from_year,
    versions.valid_to_year,
    versions.valid_from_open as is_start_open,
    versions.is_current,
    versions.is_provisional,
    lineages.lineage_key,
    case
        when versions.is_current then 'current'
        else coalesce(endings.ended_by, 'continued')
    end as ended_by
from versions
left join versions as parent
    on versions.parent_code = parent.code
    and versions.valid_from_year between parent.valid_from_year and parent.valid_to_year
left join versions as prefecture
    on versions.prefecture_code = prefecture.code
    and versions.valid_from_year between prefecture.valid_from_year and prefecture.valid_to_year
left join versions as province
    on versions.province_code = province.code
    and versions.valid_from_year between province.valid_from_year and province.valid_to_year
left join lineages
    on versions.jurisdiction_key = lineages.jurisdiction_key
left join endings
    on versions.jurisdiction_key = endings.jurisdiction_key
