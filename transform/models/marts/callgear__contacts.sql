{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

with contacts as (
    select * from {{ ref('stg_callgear__communications') }}
),

campaigns as (
    select * from {{ ref('int_callgear__campaigns') }}
)

select
    contacts.user_id,
    contacts.communication_type,
    contacts.communication_id,
    contacts.started_at,
    contacts.started_at_local,
    contacts.day,
    contacts.communication_number,
    contacts.visitor_session_id,
    contacts.visitor_id,
    contacts.person_id,
    contacts.site_id,
    contacts.site_domain_name,
    contacts.campaign_id,
    coalesce(campaigns.campaign_name, contacts.campaign_name) as campaign_name,
    contacts.visitor_first_campaign_id,
    coalesce(first_campaigns.campaign_name, contacts.visitor_first_campaign_name) as visitor_first_campaign_name,
    contacts.channel,
    contacts.source_name,
    contacts.utm_source,
    contacts.utm_medium,
    contacts.utm_campaign,
    contacts.utm_content,
    contacts.utm_term,
    contacts.visitor_country,
    contacts.visitor_city,
    contacts.visitor_device,
    {{ callgear.holds('contacts.attributes', 'first') }} as is_first,
    {{ callgear.holds('contacts.attributes', 'lost') }} as is_lost,
    {{ callgear.holds('contacts.attributes', 'target') }} as is_target,
    {{ callgear.holds('contacts.attributes', 'quality') }} as is_quality,
    contacts.tags,
    contacts.sold_at is not null as is_sold,
    contacts.sold_at,
    contacts.sale_day,
    coalesce(contacts.sale_cost, 0) as sale_cost
from contacts
left join campaigns
    on campaigns.user_id = contacts.user_id
    and campaigns.campaign_id = contacts.campaign_id
left join campaigns as first_campaigns
    on first_campaigns.user_id = contacts.user_id
    and first_campaigns.campaign_id = contacts.visitor_first_campaign_id
