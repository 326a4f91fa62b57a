{# The schema of a model is the name of its folder, whatever the target is called. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
  {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}

{#
  References without the name of the database. DuckDB names a database after its file, and a view that names its
  database cannot be read once the file is renamed or attached under another name.
#}
{% macro ref() -%}
  {%- set relation = builtins.ref(*varargs, **kwargs) -%}
  {%- do return(relation.include(database=false)) -%}
{%- endmacro %}

{% macro source() -%}
  {%- set relation = builtins.source(*varargs) -%}
  {%- do return(relation.include(database=false)) -%}
{%- endmacro %}
