{# A moment in UTC, without an offset. #}
{% macro type_timestamp() %}
    {{- return(adapter.dispatch("type_timestamp", "callgear")()) -}}
{% endmacro %}

{% macro default__type_timestamp() %} timestamp {%- endmacro %}

{% macro snowflake__type_timestamp() %} timestamp_ntz {%- endmacro %}


{# A stored column as a moment in UTC: with an offset it is turned to UTC, without one it is UTC already. #}
{% macro utc(column, found) %}
    {{- return(adapter.dispatch("utc", "callgear")(column, found)) -}}
{% endmacro %}

{% macro default__utc(column, found) %}
    {%- if "with time zone" in found -%}
        {{ column }} at time zone 'UTC'
    {%- else -%}
        cast({{ column }} as timestamp)
    {%- endif -%}
{% endmacro %}

{% macro snowflake__utc(column, found) %}
    {%- if "tz" in found and "ntz" not in found -%}
        cast(convert_timezone('UTC', {{ column }}) as timestamp_ntz)
    {%- else -%}
        cast({{ column }} as timestamp_ntz)
    {%- endif -%}
{% endmacro %}


{# The same moment by the account's clocks. #}
{% macro local_time(moment) %}
    {{- return(adapter.dispatch("local_time", "callgear")(moment)) -}}
{% endmacro %}

{% macro default__local_time(moment) -%}
    {{ moment }} at time zone 'UTC' at time zone '{{ var("callgear_timezone") }}'
{%- endmacro %}

{% macro snowflake__local_time(moment) -%}
    convert_timezone('UTC', '{{ var("callgear_timezone") }}', {{ moment }})
{%- endmacro %}


{# The day of a moment by the account's calendar. #}
{% macro local_day(moment) -%}
    cast({{ callgear.local_time(moment) }} as date)
{%- endmacro %}


{# A moment that is written with its offset from UTC, which is none. #}
{% macro moment(text) -%}
    cast('{{ text[:19] }}' as {{ callgear.type_timestamp() }})
{%- endmacro %}
