-- First and last touch: which campaigns make people known to us, and which bring the visit in which they get in touch?
-- The campaign of a visitor's first visit ever is CallGear's word, also where that visit was never read.
{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

with touches as (
    select
        user_id,
        visitor_first_campaign_id as campaign_id,
        visitor_first_campaign_name as campaign_name,
        1 as first_touch,
        0 as last_touch,
        sale_cost
    from {{ ref('callgear__contacts') }}
    union all
    select
        user_id,
        campaign_id,
        campaign_name,
        0 as first_touch,
        1 as last_touch,
        sale_cost
    from {{ ref('callgear__contacts') }}
)

select
    max(campaign_name) as campaign,
    {{ callgear.total("first_touch") }} as first_touches,
    {{ callgear.total("last_touch") }} as last_touches,
    sum(first_touch * sale_cost) as first_touch_revenue,
    sum(last_touch * sale_cost) as last_touch_revenue
from touches
group by user_id, campaign_id
order by first_touches desc, campaign
