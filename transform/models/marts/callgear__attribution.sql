{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

select
    user_id,
    day,
    coalesce(campaign_id, 0) as campaign_id,
    max(campaign_name) as campaign_name,
    coalesce(channel, 'unknown') as channel,
    {{ callgear.total('first_touch') }} as first_touch_contacts,
    {{ callgear.total('last_touch') }} as last_touch_contacts,
    sum(linear) as linear_contacts,
    sum(position_based) as position_based_contacts,
    {{ callgear.total('case when is_sold then first_touch else 0 end') }} as first_touch_sales,
    {{ callgear.total('case when is_sold then last_touch else 0 end') }} as last_touch_sales,
    sum(case when is_sold then linear else 0 end) as linear_sales,
    sum(case when is_sold then position_based else 0 end) as position_based_sales,
    sum(first_touch * sale_cost) as first_touch_revenue,
    sum(last_touch * sale_cost) as last_touch_revenue,
    sum(linear * sale_cost) as linear_revenue,
    sum(position_based * sale_cost) as position_based_revenue
from {{ ref('int_callgear__touches') }}
group by user_id, day, coalesce(campaign_id, 0), coalesce(channel, 'unknown')
