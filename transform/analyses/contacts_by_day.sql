-- Contacts by day and channel: what came in, through which channel, on which day of the account's calendar?
{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

select
    day,
    channel,
    {{ callgear.total("contacts") }} as contacts,
    {{ callgear.total("calls") }} as calls,
    {{ callgear.total("chats") }} as chats,
    {{ callgear.total("goals") }} as goals,
    {{ callgear.total("offline_messages") }} as offline_messages
from {{ ref('callgear__channels_daily') }}
where contacts > 0
group by day, channel
order by day desc, contacts desc, channel
