{# A sentence made of texts in quotes and of columns: a value that is missing does not take the sentence with it. #}
{% macro sentence(parts) %}
    {%- set told = [] -%}
    {%- for part in parts -%}
        {%- if part.startswith("'") -%}
            {%- do told.append(part) -%}
        {%- else -%}
            {%- do told.append("coalesce(cast(" ~ part ~ " as " ~ dbt.type_string() ~ "), 'nothing')") -%}
        {%- endif -%}
    {%- endfor -%}
    {{ dbt.concat(told) }}
{% endmacro %}
