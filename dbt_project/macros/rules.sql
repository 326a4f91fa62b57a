{# House rules that several models apply, each written once. #}

{# A cell carries a figure: only these two states have a value. #}
{% macro is_figure(state) -%} {{ state }} in ('number', 'zero') {%- endmacro %}

{# A cell was printed without a figure: blank and dash are no zero, and no unread cell either. #}
{% macro is_unprinted(state) -%} {{ state }} in ('blank', 'dash') {%- endmacro %}

{# Two codes of which both may be null (outside the request matrix) are the same. #}
{% macro same_code(left, right) -%} coalesce({{ left }}, '') = coalesce({{ right }}, '') {%- endmacro %}

{# The host of an address, in lower case and without its port; null where there is no address. #}
{% macro host_of(address) -%}
  split_part(split_part(split_part(lower({{ address }}), '://', 2), '/', 1), ':', 1)
{%- endmacro %}

{# How many rows of a group meet a condition, as an ordinary integer (sums of integers are wider than BI tools read). #}
{% macro count_where(condition) -%}
  cast(coalesce(sum(case when {{ condition }} then 1 else 0 end), 0) as bigint)
{%- endmacro %}

{# Whether any row of a group meets a condition. #}
{% macro any_where(condition) -%}
  coalesce(max(case when {{ condition }} then 1 else 0 end), 0) = 1
{%- endmacro %}
