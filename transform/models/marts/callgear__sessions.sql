{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

with sessions as (
    select * from {{ ref('stg_callgear__visitor_sessions') }}
),

campaigns as (
    select * from {{ ref('int_callgear__campaigns') }}
),

contacts as (
    select
        user_id,
        visitor_session_id,
        count(*) as contacts,
        count(case when communication_type = 'call' then 1 end) as calls,
        count(case when communication_type = 'chat' then 1 end) as chats,
        count(case when communication_type = 'goal' then 1 end) as goals,
        count(case when communication_type = 'offline_message' then 1 end) as offline_messages,
        count(case when is_sold then 1 end) as sales,
        sum(sale_cost) as revenue
    from {{ ref('callgear__contacts') }}
    group by user_id, visitor_session_id
)

select
    sessions.user_id,
    sessions.visitor_session_id,
    sessions.started_at,
    sessions.started_at_local,
    sessions.day,
    sessions.duration,
    sessions.hits_count,
    sessions.visitor_id,
    sessions.person_id,
    sessions.visitor_type,
    sessions.site_id,
    sessions.site_domain_name,
    sessions.campaign_id,
    coalesce(campaigns.campaign_name, sessions.campaign_name) as campaign_name,
    sessions.channel,
    sessions.source_name,
    sessions.utm_source,
    sessions.utm_medium,
    sessions.utm_campaign,
    sessions.utm_content,
    sessions.utm_term,
    sessions.visitor_country,
    sessions.visitor_city,
    sessions.visitor_device,
    contacts.contacts is not null as is_converted,
    coalesce(contacts.contacts, 0) as contacts,
    coalesce(contacts.calls, 0) as calls,
    coalesce(contacts.chats, 0) as chats,
    coalesce(contacts.goals, 0) as goals,
    coalesce(contacts.offline_messages, 0) as offline_messages,
    coalesce(contacts.sales, 0) as sales,
    coalesce(contacts.revenue, 0) as revenue
from sessions
left join campaigns
    on campaigns.user_id = sessions.user_id
    and campaigns.campaign_id = sessions.campaign_id
left join contacts
    on contacts.user_id = sessions.user_id
    and contacts.visitor_session_id = sessions.visitor_session_id
