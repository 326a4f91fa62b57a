{#
  Tables and views of DuckDB in one round trip each: the relation and all of its comments. The build file is new at
  every refresh and nobody reads it before it is published, so the detour of the adapter (build beside, rename, drop the
  old one, look up the columns twice) protects nothing here and takes most of the time of a small refresh.
  A comment for a column that the model does not have fails the build: the documentation cannot drift.
#}
{% materialization table, adapter="duckdb", supported_languages=["sql"] %}
  {{ return(created_with_comments("table")) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
  {{ return(created_with_comments("view")) }}
{% endmaterialization %}

{% macro created_with_comments(type) %}
  {%- set target = this.incorporate(type=type) -%}
  {%- set existing = load_cached_relation(this) -%}
  {%- if existing is not none and existing.type != type -%}
    {%- do adapter.drop_relation(existing) -%}
  {%- endif -%}
  {{ run_hooks(pre_hooks) }}
  {% call statement("main") -%}
    create or replace {{ type }} {{ target.include(database=false) }} as (
      {{ compiled_code }}
    );
    {{ keys_of(target, model) if type == "table" }}
    {{ comments_of(target, model) }}
  {%- endcall %}
  {{ run_hooks(post_hooks) }}
  {% do adapter.commit() %}
  {% do return({"relations": [target]}) %}
{% endmacro %}

{# Seeds come this way; models have their comments from created_with_comments. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) %}
  {%- do run_query(comments_of(relation, model)) -%}
{% endmacro %}

{#
  Primary keys as the model's `constraints` state them: of dimensions and of marts with one row a report. Facts have
  none: DuckDB keeps an index for each key, which at millions of rows costs more than the test that watches over it.
#}
{% macro keys_of(relation, model) -%}
  {%- for constraint in model.constraints if constraint.type == 'primary_key' %}
  alter table {{ relation.include(database=false) }} add primary key ({{ constraint.columns | join(', ') }});
  {%- endfor %}
{%- endmacro %}

{# Dollar quotes take any text but their own mark. No macro is called per column: calls take longer than comments. #}
{% macro comments_of(relation, model) -%}
  {%- set address = relation.include(database=false) | string -%}
  {%- if config.persist_relation_docs() and model.description %}
  comment on {{ relation.type }} {{ address }} is $comment${{ model.description }}$comment$;
  {%- endif %}
  {%- if config.persist_column_docs() %}
  {%- for column in model.columns.values() if column.description %}
  comment on column {{ address }}."{{ column.name }}" is $comment${{ column.description }}$comment$;
  {%- endfor %}
  {%- endif %}
{%- endmacro %}
