-- One row per pair of versions of one code that are in force in the same year: there is none.
select earlier.jurisdiction_key, later.jurisdiction_key as overlapping_key
from {{ ref('dim_jurisdiction') }} as earlier
inner join {{ ref('dim_jurisdiction') }} as later
    on earlier.jurisdiction_code = later.jurisdiction_code
    and earlier.valid_from_year < later.valid_from_year
where later.valid_from_year <= earlier.valid_to_year
