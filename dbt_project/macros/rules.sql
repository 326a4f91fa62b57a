{# House rules that several models apply, each written once. #}

{# A cell carries a figure: only these two states have a value. #}
{% macro is_figure(state) -%} {{ state }} in ('number', 'zero') {%- endmacro %}

{# A cell was printed without a figure: blank and dash are no zero, and no unread cell either. #}
{% macro is_unprinted(state) -%} {{ state }} in ('blank', 'dash') {%- endmacro %}

{# Two codes of which both may be null (outside the request matrix) are the same. #}
{% macro same_code(left, right) -%} coalesce({{ left }}, '') = coalesce({{ right }}, '') {%- endmacro %}

{# Two figures of which both may be null are the same. #}
{% macro same_value(left, right) -%}
  coalesce({{ left }} = {{ right }}, {{ left }} is null and {{ right }} is null)
{%- endmacro %}

{#
  The host of a web address, in lower case; null where there is no address, empty where it is none. What stands before
  an @ is a name and no host, and every sign that ends a host for a browser ends it here.
#}
{% macro host_of(address) -%}
  regexp_extract(lower({{ address }}), '^https?://(?:[^/?#\\@]*@)?([^/?#\\@:]+)', 1)
{%- endmacro %}

{# A host of the Chinese government. #}
{% macro is_government_host(host) -%} ({{ host }} = 'gov.cn' or {{ host }} like '%.gov.cn') {%- endmacro %}

{#
  A body's name without the second name that it bears in brackets behind it: 发展和改革局(粮食和物资储备局). What names a branch
  there (分局, 大队) tells another body, and stays.
#}
{% macro without_second_name(body) -%}
  regexp_replace({{ body }}, '[(（][^()（）]*([^分()（）]局|委|委员会|办|办公室)[)）]$', '')
{%- endmacro %}

{#
  A township, street office or zone under one name, however it signs: 鳌江镇 and 鳌江镇政府 are 鳌江镇人民政府, a 街道 is its 办事处,
  and a zone is the committee that runs it. Other bodies keep their names.
#}
{% macro seat_of(body, body_kind) -%}
  case
    when {{ body_kind }} = 'township' then regexp_replace(
      regexp_replace({{ body }}, '(镇|乡|苏木)(政府)?$', '\1人民政府'), '街道(办)?$', '街道办事处')
    when {{ body_kind }} = 'zone'
      then regexp_replace({{ body }}, '(区|园|城|港)(管委会|管理委员会)?$', '\1管理委员会')
    else {{ body }}
  end
{%- endmacro %}

{#
  Whose house a report is of: a government and its office are one; what works on disclosure beside the office (政务公开中心) and
  does not report for the whole area is a body of its own, like every other.
#}
{% macro house_of(report) -%}
  case
    when {{ report }}.body_kind = 'government' and not (
      {{ report }}.reporting_scope <> 'consolidated'
      and ({{ report }}.body_name like '%公开%中心' or {{ report }}.body_name like '%公开%科'
        or {{ report }}.body_name like '%公开%局')
    ) then 'government'
    else coalesce({{ report }}.body_name, '')
  end
{%- endmacro %}

{# A title says that the document replaces an earlier one. #}
{% macro says_corrected(title) -%}
  (
    {%- for sign in ['更正', '修正', '订正', '修订', '勘误', '更新', '重新发布', '重新公布'] -%}
      {{ " or " if not loop.first }}{{ title }} like '%{{ sign }}%'
    {%- endfor -%}
  )
{%- endmacro %}

{# How many rows of a group meet a condition. #}
{% macro count_where(condition) -%} count(case when {{ condition }} then 1 end) {%- endmacro %}

{# Whether any row of a group meets a condition. #}
{% macro any_where(condition) -%}
  coalesce(max(case when {{ condition }} then 1 else 0 end), 0) = 1
{%- endmacro %}

{#
  The legal deadline of a yearly report; null where the law sets none or the kind of body is unknown. Order 492, art. 31
  (in force from 2008): every organ by 31 March. Order 711, art. 49 (reports on 2019 and later): departments by 31
  January, governments of counties and above by 31 March; for townships, zones and others it names no day.
#}
{% macro due_on(body_kind, report_year) -%}
  case
    when {{ report_year }} not between 2008 and 2999 then null
    when {{ body_kind }} = 'government' or ({{ body_kind }} <> 'other' and {{ report_year }} < 2019)
      then make_date({{ report_year }} + 1, 3, 31)
    when {{ body_kind }} in ('department', 'vertical', 'central') then make_date({{ report_year }} + 1, 1, 31)
  end
{%- endmacro %}

{# A figure as a reader writes it: 52, 1.25. #}
{% macro as_number(value) -%}
  rtrim(rtrim(cast(cast({{ value }} as decimal(24, 6)) as varchar), '0'), '.')
{%- endmacro %}

{# How far an approximate figure may be from the exact one: the step of its last printed place; 37000 (3.7万多) is good
   to 1000. #}
{% macro printed_step(value) -%}
  power(10, length(cast(cast({{ value }} as bigint) as varchar))
            - length(rtrim(cast(cast({{ value }} as bigint) as varchar), '0')))
{%- endmacro %}

{# The number that a text is, and nothing else; null for any other text. The digits are bounded, as the type is. #}
{% macro plain_number(text) -%}
  cast(nullif(regexp_extract(trim({{ text }}), '^[-+]?[0-9]{1,15}([.][0-9]{1,6})?$'), '') as decimal(24, 6))
{%- endmacro %}

{# Whether a comparison holds, by its relation (eq, le, ge); null where a side has no value. #}
{% macro relation_holds() -%}
case relation
            when 'eq' then left_value = right_value
            when 'le' then left_value <= right_value
            when 'ge' then left_value >= right_value
        end
{%- endmacro %}

{# Both sides, their difference and the one verdict on a comparison, from left_value, right_value, holds and
   not_assessable_reason: a comparison that cannot be assessed never closes. #}
{% macro verdict_columns() -%}
cast(left_value as decimal(24, 6)) as left_value,
    cast(right_value as decimal(24, 6)) as right_value,
    case when not_assessable_reason is null then cast(left_value - right_value as decimal(24, 6)) end as difference,
    case
        when not_assessable_reason is not null then 'not_assessable'
        when holds then 'closes'
        else 'does_not_close'
    end as status,
    not_assessable_reason
{%- endmacro %}
