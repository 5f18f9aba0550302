{{ config(enabled=callgear.reads('chats')) }}

with chats as (
    select * from {{ ref('stg_callgear__chats') }}
){% if callgear.reads('chat_messages') %},

messages as (
    select
        user_id,
        chat_id,
        count(case when source = 'visitor' then 1 end) as visitor_messages
    from {{ ref('stg_callgear__chat_messages') }}
    group by user_id, chat_id
){% endif %}

select
    chats.user_id,
    chats.day,
    coalesce(chats.chat_channel_type, 'unknown') as chat_channel_type,
    count(*) as chats,
    count(case when chats.answer_time is not null then 1 end) as answered_chats,
    count(case when chats.status = 'lost' then 1 end) as lost_chats,
    {{ callgear.total('chats.answer_time') }} as seconds_to_answer,
    {{ callgear.total('chats.messages_count') }} as messages,
    {{ callgear.total('chats.employee_messages_count') }} as employee_messages,
    {% if callgear.reads('chat_messages') -%}
    {{ callgear.total('coalesce(messages.visitor_messages, 0)') }} as visitor_messages
    {%- else -%}
    cast(null as {{ dbt.type_bigint() }}) as visitor_messages
    {%- endif %}
from chats
{%- if callgear.reads('chat_messages') %}
left join messages
    on messages.user_id = chats.user_id
    and messages.chat_id = chats.chat_id
{%- endif %}
group by chats.user_id, chats.day, coalesce(chats.chat_channel_type, 'unknown')
