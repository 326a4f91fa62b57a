-- Every identity of the catalogue, evaluated once for every report that has a cell of it, on the figures as printed.
--
-- The parts stand left, the whole right. A blank or dash counts as 0 only among parts whose whole is printed; an
-- absent cell or one that is no number leaves the identity open, and so does a whole that is not printed. Where the
-- whole has several cells and one is blank (the balance of the request matrix), the sum may close with the blank as 0,
-- but a difference proves nothing.
with terms as (

    select
        identities.identity_code,
        identities.template_code,
        identities.relation,
        identities.per_applicant as is_per_applicant,
        terms.side,
        terms.aggregate,
        terms.indicator_code,
        terms.applicant_type_code,
        terms.weight,
        count(*) over (partition by identities.identity_code) as term_count
    from {{ source('catalogue', 'identities') }} as identities
    inner join {{ source('catalogue', 'identity_terms') }} as terms
        on identities.identity_code = terms.identity_code

),

-- Every figure with the terms that ask for it: a term that none answers is a cell that is absent. Nothing else of the
-- cells travels with them, since there are more of these rows than of any other kind.
cells as (

    select
        figures.report_id,
        terms.identity_code,
        case when terms.is_per_applicant then figures.applicant_type_code end as applicant_type_code,
        terms.template_code,
        terms.relation,
        terms.term_count,
        terms.side,
        terms.aggregate,
        figures.value,
        terms.weight * figures.value as weighted_value,
        figures.value_state as cell_state
    from {{ ref('int_figures_preferred') }} as figures
    inner join terms
        on figures.template_code = terms.template_code
        and figures.indicator_code = terms.indicator_code
        and (terms.is_per_applicant
            or {{ same_code('figures.applicant_type_code', 'terms.applicant_type_code') }})

),

-- One row per report, identity and, where the identity holds in every column of the matrix, applicant type.
sides as (

    select
        report_id,
        identity_code,
        applicant_type_code,
        template_code,
        relation,
        term_count,
        {{ count_where(is_figure('cell_state')) }} as printed_count,
        term_count - count(*) as absent_count,
        {{ count_where("cell_state = 'text'") }} as text_count,
        {{ count_where("side = 'left' and " ~ is_figure('cell_state')) }} as parts_printed,
        {{ count_where("side = 'right' and " ~ is_figure('cell_state')) }} as whole_printed,
        {{ count_where("side = 'right' and " ~ is_unprinted('cell_state')) }} as whole_unprinted,
        {{ count_where("side = 'left' and value <> 0") }} as parts_with_count,
        case
            when max(case when side = 'left' then aggregate end) = 'max'
                then max(case when side = 'left' then weighted_value end)
            else sum(case when side = 'left' then weighted_value end)
        end as left_value,
        sum(case when side = 'right' then weighted_value end) as right_value
    from cells
    group by report_id, identity_code, applicant_type_code, template_code, relation, term_count

),

compared as (

    select
        *,
        case
            when absent_count > 0 then 'cell_absent'
            when text_count > 0 then 'cell_is_text'
            when whole_printed = 0 then 'whole_unprinted'
            when parts_printed = 0 then 'parts_unprinted'
        end as open_reason,
        {{ relation_holds() }} as holds
    from sides

),

judged as (

    select
        *,
        case
            when open_reason is not null then open_reason
            when not holds and whole_unprinted > 0 then 'whole_partly_unprinted'
        end as not_assessable_reason
    from compared

)

select
    report_id,
    identity_code,
    applicant_type_code,
    template_code,
    {{ verdict_columns() }},
    case
        when not_assessable_reason = 'whole_unprinted' and parts_with_count > 0 then 'part_without_whole'
        when not_assessable_reason = 'whole_partly_unprinted' then 'blank_in_whole'
    end as flag,
    term_count,
    printed_count
from judged
