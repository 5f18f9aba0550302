{# What lists and objects are kept in. #}
{% macro type_json() %}
    {{- return(adapter.dispatch("type_json", "callgear")()) -}}
{% endmacro %}

{% macro default__type_json() %} json {%- endmacro %}

{% macro postgres__type_json() %} jsonb {%- endmacro %}

{% macro snowflake__type_json() %} variant {%- endmacro %}


{# A stored list or object as JSON, whether the loader kept it as JSON, as a list of the warehouse, or as text. #}
{% macro json_of(column, found) %}
    {{- return(adapter.dispatch("json_of", "callgear")(column, found)) -}}
{% endmacro %}

{% macro default__json_of(column, found) -%}
    cast({{ column }} as json)
{%- endmacro %}

{% macro postgres__json_of(column, found) -%}
    {{ "cast(" ~ column ~ " as jsonb)" if found in ["text", "character varying"] else "to_jsonb(" ~ column ~ ")" }}
{%- endmacro %}

{% macro snowflake__json_of(column, found) -%}
    {{ "parse_json(" ~ column ~ ")" if found in ["text", "character varying", "varchar"] else column }}
{%- endmacro %}


{# Whether a list of texts holds a text; a list that is missing holds none. #}
{% macro holds(list, text) %}
    {{- return(adapter.dispatch("holds", "callgear")(list, text)) -}}
{% endmacro %}

{% macro default__holds(list, text) -%}
    coalesce(json_contains({{ list }}, '"{{ text }}"'), false)
{%- endmacro %}

{% macro postgres__holds(list, text) -%}
    coalesce({{ list }} @> '["{{ text }}"]', false)
{%- endmacro %}

{% macro snowflake__holds(list, text) -%}
    coalesce(contains(to_json({{ list }}), '"{{ text }}"'), false)
{%- endmacro %}


{# The items of a list in each row, joined to the row as `items`: from rows {{ callgear.join_items('rows.tags') }}. #}
{% macro join_items(list) %}
    {{- return(adapter.dispatch("join_items", "callgear")(list)) -}}
{% endmacro %}

{% macro default__join_items(list) -%}
    cross join lateral (select unnest(cast({{ list }} as json[])) as value) as items
{%- endmacro %}

{% macro postgres__join_items(list) -%}
    cross join lateral jsonb_array_elements({{ list }}) as items (value)
{%- endmacro %}

{% macro snowflake__join_items(list) -%}
, lateral flatten(input => {{ list }}) as items
{%- endmacro %}


{# A text in an item that `join_items` has joined. #}
{% macro item_text(name) %}
    {{- return(adapter.dispatch("item_text", "callgear")(name)) -}}
{% endmacro %}

{% macro default__item_text(name) -%}
    items.value ->> '{{ name }}'
{%- endmacro %}

{% macro snowflake__item_text(name) -%}
    items.value:{{ name }}::varchar
{%- endmacro %}
