-- Attribution: how many contacts does a campaign earn, by which visits are thought to have earned them?
{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

select
    max(campaign_name) as campaign,
    {{ callgear.total("first_touch_contacts") }} as first_touch,
    {{ callgear.total("last_touch_contacts") }} as last_touch,
    {{ callgear.ratio("sum(linear_contacts)", "1") }} as linear,
    {{ callgear.ratio("sum(position_based_contacts)", "1") }} as position_based,
    {{ callgear.ratio("sum(position_based_revenue)", "1") }} as position_based_revenue
from {{ ref('callgear__attribution') }}
group by user_id, campaign_id
order by position_based desc, campaign
