{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

select
    user_id,
    communication_type,
    communication_id,
    started_at,
    day,
    sold_at,
    sale_day,
    {{ dbt.datediff("day", "sale_day", "day") }} as days_until_sale,
    sold_at > {{ dbt.dateadd("day", var("callgear_lookback_days"), "started_at") }} as is_beyond_lookback,
    campaign_id,
    campaign_name,
    channel,
    site_id,
    site_domain_name,
    sale_cost
from {{ ref('callgear__contacts') }}
where sale_day > day
