{#
  What the published file needs beside the models, in one round trip at the end of a build: the comments of the tables
  that Python writes, the table macros, and old names as deprecated views.
#}
{% macro finish_file() %}
  {#- A build of a part has no file to finish. -#}
  {%- if execute and flags.WHICH == 'build' and 'model.foi.start_here' in selected_resources -%}
    {%- for source in graph.sources.values() %}{{ comments_of_source(source) }}{% endfor %}
    {{ table_macros() }}
    {{ deprecated_views(var('deprecated_views')) }}
  {%- endif -%}
{% endmacro %}

{# Tables that Python writes have their comments from the same descriptions as the models. #}
{% macro comments_of_source(source) -%}
  {%- set address = source.schema ~ '.' ~ source.identifier -%}
  comment on table {{ address }} is $comment${{ source.description }}$comment$;
  {% for column in source.columns.values() -%}
  comment on column {{ address }}."{{ column.name }}" is $comment${{ column.description }}$comment$;
  {% endfor -%}
{%- endmacro %}

{#
  Old names of marts, for one release: each a view of the new one, which says so. `deprecated_views` in dbt_project.yml
  lists name, instead, until (the release that drops the old name), and `columns` (old name: new name) where columns
  were renamed.
#}
{% macro deprecated_views(entries) -%}
  {%- for entry in entries %}
  create or replace view marts.{{ entry.name }} as
  select *{% for old, new in (entry.columns or {}).items() %}, {{ new }} as {{ old }}{% endfor %} from marts.{{ entry.instead }};
  comment on view marts.{{ entry.name }} is $comment$Deprecated: use marts.{{ entry.instead }}; dropped in {{ entry.until }}. 已弃用，请改用 marts.{{ entry.instead }}（{{ entry.until }} 版移除）。$comment$;
  {%- endfor %}
{%- endmacro %}
