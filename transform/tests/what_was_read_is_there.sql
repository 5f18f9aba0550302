{#
    What the tap says at the end of a run that it read is in the warehouse.

    The variable callgear_summary has the records, the first time and the last for each stream, such as
    {communications: {records: 653, from: "2026-10-30T20:12:01+00:00", to: "2026-11-12T23:55:10+00:00"}}.
#}
{%- set summary = var("callgear_summary") -%}
{%- set read = [] -%}
{%- for stream in ["communications", "visitor_sessions", "calls", "call_legs", "chats", "chat_messages", "offline_messages", "goals"] if stream in summary and callgear.reads(stream) -%}
    {%- do read.append(stream) -%}
{%- endfor -%}

{{ config(enabled=read | length > 0) }}

{% for stream in read -%}
    {%- set told = summary[stream] -%}
select
    {{ callgear.sentence([
        "'The tap read " ~ told.records ~ " records of " ~ stream ~ " from " ~ told.from ~ " to " ~ told.to ~ ", and '",
        "count(*)", "' of that time are in the warehouse.'"
    ]) }} as failure
from {{ ref('stg_callgear__' ~ stream) }}
where started_at between {{ callgear.moment(told.from) }} and {{ callgear.moment(told.to) }}
having count(*) < {{ told.records }}
    {{ "union all" if not loop.last }}
{% endfor %}
