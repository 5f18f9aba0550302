-- Chats by channel: how many come through which messenger, how many go unanswered, and how fast are the others answered?
{{ config(enabled=callgear.reads('chats')) }}

select
    chat_channel_type as channel,
    {{ callgear.total("chats") }} as chats,
    {{ callgear.total("lost_chats") }} as lost,
    {{ callgear.ratio("sum(seconds_to_answer)", "sum(answered_chats)") }} as seconds_to_answer,
    {{ callgear.total("messages") }} as messages,
    {{ callgear.total("visitor_messages") }} as by_visitors
from {{ ref('callgear__chats_daily') }}
group by chat_channel_type
order by chats desc, channel
