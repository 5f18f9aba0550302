{# The sum of whole numbers as a whole number: some warehouses give it a type of its own. #}
{% macro total(column) -%}
    cast(sum({{ column }}) as {{ dbt.type_bigint() }})
{%- endmacro %}


{# One number for each of another, to two places; nothing where there is none of the other. #}
{% macro ratio(number, each) -%}
    cast({{ number }} / nullif(cast({{ each }} as numeric(28, 6)), 0) as numeric(28, 2))
{%- endmacro %}


{# The share of a number in another one, in percent to one place. #}
{% macro percent(part, whole) -%}
    cast(100 * {{ part }} / nullif(cast({{ whole }} as numeric(28, 6)), 0) as numeric(28, 1))
{%- endmacro %}
