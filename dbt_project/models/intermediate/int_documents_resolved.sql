-- The documents as the marts speak of them: whose they are once reviewed overrides are applied, the dated unit that
-- this is, and whether the source is the government's own. What the resolver found stands beside what a reviewer says.
with documents as (

    select * from {{ ref('stg_raw__documents') }}

),

units as (

    select * from {{ ref('dim_jurisdiction') }}

),

-- The lists lag behind the reports: for later years the last year of the lists holds.
lists as (

    select max(valid_to_year) as last_year from units

),

-- A row for this very document goes before a row for addresses, and a longer beginning of an address before a shorter.
overrides as (

    select
        documents.report_id,
        seed.jurisdiction_code,
        seed.issuing_body,
        seed.body_kind,
        seed.reason,
        seed.reviewed_by,
        seed.reviewed_on,
        -- A reviewer names the unit of the report's year; a code that was none then decides nothing.
        seed.jurisdiction_code is null or exists (
            select 1
            from units
            cross join lists
            where units.jurisdiction_code = seed.jurisdiction_code
                and least(coalesce(documents.report_year, lists.last_year), lists.last_year)
                    between units.valid_from_year and units.valid_to_year
        ) as is_in_force,
        row_number() over (
            partition by documents.report_id
            order by
                case seed.match_on when 'sha256' then 1 when 'document_id' then 2 else 3 end,
                length(seed.match_value) desc
        ) as precedence
    from documents
    inner join {{ ref('seed_jurisdiction_overrides') }} as seed
        on seed.match_value = case seed.match_on
            when 'sha256' then documents.sha256
            when 'document_id' then documents.report_id
            when 'source_url' then left(documents.source_url, length(seed.match_value))
        end

),

decided as (

    select
        documents.*,
        coalesce(overrides.is_in_force, false) as is_overridden,
        case when overrides.is_in_force then 'applied' when not overrides.is_in_force then 'not_in_force' end
            as override_status,
        overrides.reason as override_reason,
        overrides.reviewed_by as overridden_by,
        overrides.reviewed_on as overridden_on,
        coalesce(overrides.is_in_force, false) and overrides.jurisdiction_code is not null as is_place_overridden,
        case when overrides.is_in_force then overrides.jurisdiction_code end as overriding_code,
        case when overrides.is_in_force then overrides.issuing_body end as overriding_body,
        case when overrides.is_in_force then overrides.body_kind end as overriding_kind
    from documents
    left join overrides
        on documents.report_id = overrides.report_id
        and overrides.precedence = 1

),

placed as (

    select
        decided.*,
        coalesce(overriding_code, jurisdiction_code) as decided_code,
        {{ seat_of(without_second_name('coalesce(overriding_body, issuing_body)'),
            'coalesce(overriding_kind, body_kind)') }} as decided_body,
        least(
            case
                when is_place_overridden then coalesce(report_year, lists.last_year)
                else coalesce(jurisdiction_matched_year, report_year)
            end,
            lists.last_year
        ) as decided_year,
        least(report_year, lists.last_year) as listed_year
    from decided
    cross join lists

)

select
    placed.report_id,
    placed.sha256,
    placed.source_file,
    placed.form,
    placed.encoding,
    placed.size_bytes,
    placed.title,
    coalesce({{ says_corrected('placed.title') }}, false) as is_correction,
    placed.issuer,
    placed.issuer_evidence,
    placed.report_year,
    placed.period_start,
    placed.period_end,
    placed.reporting_scope,
    placed.scope_evidence,
    placed.published_on,
    placed.template_codes,
    placed.decided_code as jurisdiction_code,
    case
        when placed.decided_code is not null then coalesce(placed.decided_year, placed.jurisdiction_matched_year)
    end as jurisdiction_matched_year,
    coalesce(placed.overriding_body, placed.issuing_body) as issuing_body,
    coalesce(called.body_name, placed.decided_body) as body_name,
    coalesce(placed.overriding_kind, placed.body_kind) as body_kind,
    named.jurisdiction_key,
    coalesce(then_called.jurisdiction_key, named.jurisdiction_key) as unit_key,
    coalesce(then_called.jurisdiction_code, placed.decided_code) as unit_code,
    coalesce(then_called.prefecture_code, named.prefecture_code) as unit_prefecture_code,
    coalesce(then_called.province_code, named.province_code) as unit_province_code,
    placed.is_overridden,
    placed.is_place_overridden,
    placed.override_status,
    placed.override_reason,
    placed.overridden_by,
    placed.overridden_on,
    placed.jurisdiction_code as resolved_jurisdiction_code,
    placed.issuing_body as resolved_issuing_body,
    placed.body_kind as resolved_body_kind,
    placed.resolution_rank,
    placed.resolution_evidence,
    placed.source_url,
    placed.retrieved_at,
    case
        when lower(placed.source_authority) in ('own', 'mirror') then lower(placed.source_authority)
        when {{ is_government_host(host_of('placed.source_url')) }} then 'own'
        when {{ host_of('placed.source_url') }} <> '' then 'mirror'
        else 'unknown'
    end as source_authority,
    placed.source_authority as stated_source_authority,
    placed.parser_version
from placed
left join units as named
    on placed.decided_code = named.jurisdiction_code
    and placed.decided_year between named.valid_from_year and named.valid_to_year
-- The same unit under the name that it bore in the report's year; issuers are early or late with a new one.
left join units as then_called
    on named.lineage_key = then_called.lineage_key
    and placed.listed_year between then_called.valid_from_year and then_called.valid_to_year
-- One department under all of its names (发改局, 发展和改革局).
left join {{ source('catalogue', 'body_names') }} as called
    on placed.decided_body = called.printed_name
