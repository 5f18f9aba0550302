{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

with counted as (
    select
        user_id,
        day,
        site_id,
        site_domain_name,
        channel,
        1 as sessions,
        case when is_converted then 1 else 0 end as converted_sessions,
        0 as contacts,
        0 as calls,
        0 as lost_calls,
        0 as chats,
        0 as goals,
        0 as offline_messages,
        0 as sales,
        0 as revenue
    from {{ ref('callgear__sessions') }}
    union all
    select
        user_id,
        day,
        site_id,
        site_domain_name,
        channel,
        0 as sessions,
        0 as converted_sessions,
        1 as contacts,
        case when communication_type = 'call' then 1 else 0 end as calls,
        case when communication_type = 'call' and is_lost then 1 else 0 end as lost_calls,
        case when communication_type = 'chat' then 1 else 0 end as chats,
        case when communication_type = 'goal' then 1 else 0 end as goals,
        case when communication_type = 'offline_message' then 1 else 0 end as offline_messages,
        case when is_sold then 1 else 0 end as sales,
        sale_cost as revenue
    from {{ ref('callgear__contacts') }}
)

select
    user_id,
    day,
    coalesce(site_id, 0) as site_id,
    max(site_domain_name) as site_domain_name,
    coalesce(channel, 'unknown') as channel,
    {{ callgear.total('sessions') }} as sessions,
    {{ callgear.total('converted_sessions') }} as converted_sessions,
    {{ callgear.total('contacts') }} as contacts,
    {{ callgear.total('calls') }} as calls,
    {{ callgear.total('lost_calls') }} as lost_calls,
    {{ callgear.total('chats') }} as chats,
    {{ callgear.total('goals') }} as goals,
    {{ callgear.total('offline_messages') }} as offline_messages,
    {{ callgear.total('sales') }} as sales,
    sum(revenue) as revenue
from counted
group by user_id, day, coalesce(site_id, 0), coalesce(channel, 'unknown')
