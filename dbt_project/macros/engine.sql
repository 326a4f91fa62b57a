{#
  What one engine writes otherwise than the next, behind one name each. The default is plain SQL; the implementations
  for DuckDB keep lists and structs, which are worth more to a reader than text.
#}

{# Values of a group as a list, in a fixed order; nulls are left out. #}
{% macro list_of(expression, order_by) -%}
  {{ return(adapter.dispatch('list_of', 'foi')(expression, order_by)) }}
{%- endmacro %}

{% macro default__list_of(expression, order_by) -%}
  string_agg({{ expression }}, '; ' order by {{ order_by }})
{%- endmacro %}

{% macro duckdb__list_of(expression, order_by) -%}
  coalesce(list({{ expression }} order by {{ order_by }}) filter (where {{ expression }} is not null), [])
{%- endmacro %}

{# A list written out, without its nulls: each item is an expression for a text or null. #}
{% macro list_without_nulls(expressions) -%}
  {{ return(adapter.dispatch('list_without_nulls', 'foi')(expressions)) }}
{%- endmacro %}

{% macro default__list_without_nulls(expressions) -%}
  concat_ws('; ', {{ expressions | join(', ') }})
{%- endmacro %}

{% macro duckdb__list_without_nulls(expressions) -%}
  list_filter([{{ expressions | join(', ') }}], lambda item: item is not null)
{%- endmacro %}

{# Rows of a group as a list of records with the fields named (field -> expression), in a fixed order. #}
{% macro records_of(fields, order_by) -%}
  {{ return(adapter.dispatch('records_of', 'foi')(fields, order_by)) }}
{%- endmacro %}

{% macro default__records_of(fields, order_by) -%}
  string_agg(concat_ws(' ', {{ fields.values() | join(', ') }}), '; ' order by {{ order_by }})
{%- endmacro %}

{% macro duckdb__records_of(fields, order_by) -%}
  {#- Sorting the finished lists takes half the time that an ordered aggregate takes. -#}
  list_transform(list_sort(list(struct_pack(
    sorted_by := row({{ order_by }})
    {%- for name, expression in fields.items() %}, {{ name }} := {{ expression }}{% endfor -%}
  ))), lambda record: struct_pack(
    {%- for name in fields %}{{ name }} := record.{{ name }}{{ ", " if not loop.last }}{% endfor -%}
  ))
{%- endmacro %}

{# Key and value of a group's rows as a map, keys in order; rows without a value are left out. #}
{% macro map_of(key, value) -%}
  {{ return(adapter.dispatch('map_of', 'foi')(key, value)) }}
{%- endmacro %}

{% macro default__map_of(key, value) -%}
  string_agg(case when {{ value }} is not null then {{ key }} || '=' || {{ value }} end, '; ' order by {{ key }})
{%- endmacro %}

{% macro duckdb__map_of(key, value) -%}
  map_from_entries(coalesce(
    list(struct_pack(k := {{ key }}, v := {{ value }}) order by {{ key }}) filter (where {{ value }} is not null), []))
{%- endmacro %}

{#
  A short mark of a group's records that does not depend on their order; null where none meets the condition. Only good
  for comparing within one build. No two records of the group may be equal.
#}
{% macro digest_of(expressions, condition) -%}
  {{ return(adapter.dispatch('digest_of', 'foi')(expressions, condition)) }}
{%- endmacro %}

{% macro default__digest_of(expressions, condition) -%}
  {%- set record -%} concat_ws('|', {{ expressions | join(', ') }}) {%- endset -%}
  md5(string_agg(case when {{ condition }} then {{ record }} end, ';' order by {{ record }}))
{%- endmacro %}

{% macro duckdb__digest_of(expressions, condition) -%}
  bit_xor(hash({{ expressions | join(', ') }})) filter (where {{ condition }})
{%- endmacro %}
