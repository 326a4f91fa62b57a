{#
  One test a table: no two rows share the key, and what must be filled is filled and within its short list.

  key: columns of the grain (nulls count as a value).  not_null: columns that are never null.
  accepted: column -> values; null passes, list the column under not_null where it must not.
  references: column -> [model, column]; null passes.
  A failing row says which rule it breaks and where. One query instead of five keeps a refresh of five reports short.
#}
{% test well_formed(model, key, not_null=[], accepted={}, references={}) %}
{%- set place -%}
  concat_ws(' | '
    {%- for column in key %}, coalesce(cast({{ column }} as {{ dbt.type_string() }}), '-'){% endfor -%}
  )
{%- endset %}
select 'key is not unique' as broken_rule, {{ place }} as place
from {{ model }}
group by {{ key | join(', ') }}
having count(*) > 1
{% for column in not_null %}
union all
select '{{ column }} is null', {{ place }} from {{ model }} where {{ column }} is null
{% endfor %}
{% for column, values in accepted.items() %}
union all
select '{{ column }} is not in its list', {{ place }} from {{ model }}
where {{ column }} is not null and {{ column }} not in ('{{ values | join("', '") }}')
{% endfor %}
{% for column, target in references.items() %}
union all
select '{{ column }} refers to nothing', {{ place }} from {{ model }} as referring
where {{ column }} is not null
  and not exists (select 1 from {{ target[0] }} as referred where referred.{{ target[1] }} = referring.{{ column }})
{% endfor %}
{% endtest %}
