{#
    Say in words what failing tests have found: the first sentences of each.

    A test of this package selects sentences as `failure`. What dbt's own tests select is put into words here.
#}
{% macro tell_failures(results) %}
    {%- if execute -%}
        {%- for result in results if result.status in ["fail", "warn"] and result.node.package_name == "callgear" -%}
            {%- set rows = run_query("select * from (" ~ result.node.compiled_code ~ ") as failures limit 3") -%}
            {%- for row in rows -%}
                {%- do log("  " ~ result.status ~ ": " ~ callgear.told(row.dict(), result.node), info=true) -%}
            {%- endfor -%}
            {%- if result.failures > 3 -%}
                {%- do log("  ... and " ~ (result.failures - 3) ~ " more", info=true) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{# A row that a test has found, in words. #}
{% macro told(row, test) %}
    {%- set found = {} -%}
    {%- for name, value in row.items() -%}
        {%- do found.update({name | lower: value}) -%}
    {%- endfor -%}
    {%- if "failure" in found -%}
        {{ return(found.failure) }}
    {%- endif -%}
    {%- set place = test.column_name ~ " of " ~ test.attached_node.split(".")[-1] -%}
    {%- if test.test_metadata.name == "accepted_values" -%}
        {{ return(place ~ " is '" ~ found.value_field ~ "' in " ~ found.n_records ~ " rows: the documentation names no such value.") }}
    {%- endif -%}
    {{ return(place ~ " is missing in a row.") }}
{% endmacro %}
