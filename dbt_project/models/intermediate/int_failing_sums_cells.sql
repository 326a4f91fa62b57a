-- The cells of every sum that fails, or holds with blanks as 0, in a report where some sum fails: what an explanation
-- must make whole, or leave whole. A sum that is open and would not hold so says nothing and is left out.
with identities as (

    select
        identity_code,
        template_code,
        relation,
        per_applicant as is_per_applicant
    from {{ source('catalogue', 'identities') }}

),

instances as (

    select
        evaluated.report_id,
        evaluated.identity_code,
        evaluated.applicant_type_code,
        identities.template_code,
        identities.relation,
        identities.is_per_applicant,
        evaluated.status = 'does_not_close' or evaluated.flag is not null as is_failing,
        count(case when evaluated.status = 'does_not_close' or evaluated.flag is not null then 1 end)
            over (partition by evaluated.report_id) as failing_count
    from {{ ref('int_identities_evaluated') }} as evaluated
    inner join identities
        on evaluated.identity_code = identities.identity_code
    where evaluated.status <> 'not_assessable'
        or evaluated.flag is not null
        or evaluated.not_assessable_reason = 'whole_unprinted'
        or (evaluated.not_assessable_reason = 'parts_unprinted'
            and (evaluated.right_value = 0 or identities.relation = 'le'))

),

-- Only reports with a failing sum go on from here.
assessed as (

    select * from instances
    where failing_count > 0

),

figures as (

    select * from {{ ref('int_figures_preferred') }}

)

select
    assessed.report_id,
    assessed.identity_code,
    assessed.applicant_type_code,
    assessed.is_failing,
    assessed.failing_count,
    assessed.relation,
    terms.side,
    terms.aggregate,
    terms.weight,
    case terms.side when 'left' then terms.weight else -terms.weight end as signed_weight,
    figures.observation_no,
    coalesce(figures.value, 0) as counted_value
from assessed
inner join {{ source('catalogue', 'identity_terms') }} as terms
    on assessed.identity_code = terms.identity_code
inner join figures
    on assessed.report_id = figures.report_id
    and assessed.template_code = figures.template_code
    and terms.indicator_code = figures.indicator_code
    and case when assessed.is_per_applicant then coalesce(assessed.applicant_type_code, '')
        else coalesce(terms.applicant_type_code, '') end = coalesce(figures.applicant_type_code, '')
where figures.value_state <> 'text'
