{#
    The rows of a stream, with the columns that the properties of its model name: the latest row of each key, typed.

    A property that was not read, because nobody selected it or the account may not see it, is null.
#}
{% macro stage(stream) %}
    {%- set table = source("callgear", stream) -%}
    {%- if execute -%}
        {%- set found = callgear.types_found(table) -%}
        {%- if not found -%}
            {{ exceptions.raise_compiler_error(
                "There is no table " ~ table ~ ". Select the stream " ~ stream ~ " in the tap and load it, or take it "
                ~ "out of the variable callgear_streams; callgear_schema and callgear_database say where tables are."
            ) }}
        {%- endif -%}
with

stored as (
    select * from {{ table }}
),

latest as (
    {{ callgear.latest("stored", found, callgear.stored_key()) }}
)

select
        {%- for column in model.columns.values() %}
    {{ callgear.staged(column, found) }} as {{ column.name }}{{ "," if not loop.last }}
        {%- endfor %}
from latest
    {%- endif -%}
{% endmacro %}


{# The types of a table's columns, as the warehouse calls them, by the columns' names in small letters. #}
{% macro types_found(table) %}
    {%- set found = {} -%}
    {%- for column in adapter.get_columns_in_relation(table) -%}
        {%- do found.update({column.name | lower: column.dtype | lower}) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}


{# The key of the model that is compiled, by the names that its columns have in the stored table. #}
{% macro stored_key() %}
    {%- set key = [] -%}
    {%- for name in model.config.meta.key -%}
        {%- do key.append(model.columns[name].meta.get("from", name)) -%}
    {%- endfor -%}
    {{ return(key) }}
{% endmacro %}


{#
    The latest row of each key, without those that the loader has marked as gone.

    A loader that appends says when it stored a row, and the first of the usual columns for it tells what is latest; where
    there is none, the loader has merged the rows itself.
#}
{% macro latest(rows, found, key) %}
    {%- set usual = [
        "_sdc_received_at", "_sdc_batched_at", "_sdc_extracted_at", "_airbyte_extracted_at", "_airbyte_emitted_at",
        "_dlt_load_id"
    ] -%}
    {%- set stored_at = usual | select("in", found) | first -%}
    {%- set parts = key | select("in", found) | list -%}
    select *
    from (
        select
            *,
            {% if stored_at -%}
            row_number() over (partition by {{ parts | join(", ") }} order by {{ stored_at }} desc nulls last)
            {%- else -%}
            1
            {%- endif %} as _age
        from {{ rows }}
    ) as aged
    where
        _age = 1
        {%- if "_sdc_deleted_at" in found %}
        and _sdc_deleted_at is null
        {%- endif -%}
{% endmacro %}


{# The value of a staging model's column. #}
{% macro staged(column, found) %}
    {%- set stored = column.meta.get("from", column.name) -%}
    {%- set local = column.meta.get("local") -%}
    {%- if column.name == "user_id" and stored not in found -%}
        0
    {%- elif stored not in found -%}
        cast(null as {{ callgear.type_of(column.data_type) }})
    {%- elif local == "time" -%}
        {{ callgear.local_time(callgear.typed(stored, "timestamp", found[stored])) }}
    {%- elif local == "day" -%}
        {{ callgear.local_day(callgear.typed(stored, "timestamp", found[stored])) }}
    {%- else -%}
        {{ callgear.typed(stored, column.data_type, found[stored]) }}
    {%- endif -%}
{% endmacro %}
