{{ config(enabled=callgear.reads('chats', 'chat_messages'), severity='warn') }}

-- A chat of the last day may have gone on between the reading of chats and that of their messages.
with chats as (
    select * from {{ ref('stg_callgear__chats') }}
),

messages as (
    select user_id, chat_id, count(*) as messages
    from {{ ref('stg_callgear__chat_messages') }}
    group by user_id, chat_id
),

newest as (
    select user_id, max(started_at) as started_at
    from chats
    group by user_id
)

select
    {{ callgear.sentence([
        "'The chat '", "chats.chat_id", "' of '", "chats.day", "' counts '", "chats.messages_count", "' messages, and '",
        "coalesce(messages.messages, 0)", "' are in chat_messages.'"
    ]) }} as failure
from chats
inner join newest
    on newest.user_id = chats.user_id
    and chats.started_at < {{ dbt.dateadd("day", -1, "newest.started_at") }}
left join messages
    on messages.user_id = chats.user_id
    and messages.chat_id = chats.chat_id
where coalesce(messages.messages, 0) <> coalesce(chats.messages_count, 0)
