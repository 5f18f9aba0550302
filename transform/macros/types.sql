{# The warehouse's type for one of the kinds that the properties of staging models name. #}
{% macro type_of(kind) %}
    {%- set kind = kind | lower -%}
    {%- if kind == "text" -%} {{ dbt.type_string() }}
    {%- elif kind == "bigint" -%} {{ dbt.type_bigint() }}
    {%- elif kind == "numeric" -%} numeric(28, 6)
    {%- elif kind == "boolean" -%} {{ dbt.type_boolean() }}
    {%- elif kind == "timestamp" -%} {{ callgear.type_timestamp() }}
    {%- elif kind == "date" -%} date
    {%- elif kind == "json" -%} {{ callgear.type_json() }}
    {%- else -%} {{ exceptions.raise_compiler_error("There is no kind of column called " ~ kind) }}
    {%- endif -%}
{% endmacro %}


{# A stored column in the type of a kind, whatever type the loader chose for it. #}
{% macro typed(column, kind, found) %}
    {%- set kind = kind | lower -%}
    {%- if kind == "timestamp" -%} {{ callgear.utc(column, found) }}
    {%- elif kind == "json" -%} {{ callgear.json_of(column, found) }}
    {%- else -%} cast({{ column }} as {{ callgear.type_of(kind) }})
    {%- endif -%}
{% endmacro %}
