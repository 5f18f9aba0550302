{{ config(enabled=callgear.reads('communications', 'visitor_sessions', 'campaign_daily_stats')) }}

with counted as (
    select
        user_id,
        day,
        site_id,
        site_domain_name,
        campaign_id,
        campaign_name,
        currency,
        cost_sum as cost,
        shows_count as shows,
        clicks_count as clicks,
        0 as sessions,
        0 as contacts,
        0 as sales,
        0 as revenue
    from {{ ref('stg_callgear__campaign_daily_stats') }}
    union all
    select
        user_id,
        day,
        site_id,
        site_domain_name,
        campaign_id,
        campaign_name,
        null as currency,
        null as cost,
        null as shows,
        null as clicks,
        1 as sessions,
        0 as contacts,
        0 as sales,
        0 as revenue
    from {{ ref('callgear__sessions') }}
    union all
    select
        user_id,
        day,
        site_id,
        site_domain_name,
        campaign_id,
        campaign_name,
        null as currency,
        null as cost,
        null as shows,
        null as clicks,
        0 as sessions,
        1 as contacts,
        case when is_sold then 1 else 0 end as sales,
        sale_cost as revenue
    from {{ ref('callgear__contacts') }}
),

daily as (
    select
        user_id,
        day,
        coalesce(site_id, 0) as site_id,
        max(site_domain_name) as site_domain_name,
        coalesce(campaign_id, 0) as campaign_id,
        max(campaign_name) as campaign_name,
        max(currency) as currency,
        sum(cost) as cost,
        {{ callgear.total('shows') }} as shows,
        {{ callgear.total('clicks') }} as clicks,
        {{ callgear.total('sessions') }} as sessions,
        {{ callgear.total('contacts') }} as contacts,
        {{ callgear.total('sales') }} as sales,
        sum(revenue) as revenue
    from counted
    group by user_id, day, coalesce(site_id, 0), coalesce(campaign_id, 0)
)

select
    daily.user_id,
    daily.day,
    daily.site_id,
    daily.site_domain_name,
    daily.campaign_id,
    coalesce(campaigns.campaign_name, daily.campaign_name) as campaign_name,
    daily.currency,
    daily.cost,
    daily.shows,
    daily.clicks,
    daily.sessions,
    daily.contacts,
    daily.sales,
    daily.revenue
from daily
left join {{ ref('int_callgear__campaigns') }} as campaigns
    on campaigns.user_id = daily.user_id
    and campaigns.campaign_id = daily.campaign_id
