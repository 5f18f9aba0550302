-- Cost and return by campaign: what did its ads cost, what did a visit and a contact cost, and what came back?
{{ config(enabled=callgear.reads('communications', 'visitor_sessions', 'campaign_daily_stats')) }}

select
    max(campaign_name) as campaign,
    max(currency) as currency,
    sum(cost) as cost,
    {{ callgear.total("sessions") }} as visits,
    {{ callgear.total("contacts") }} as contacts,
    {{ callgear.ratio("sum(cost)", "sum(sessions)") }} as cost_of_visit,
    {{ callgear.ratio("sum(cost)", "sum(contacts)") }} as cost_of_contact,
    {{ callgear.total("sales") }} as sales,
    sum(revenue) as revenue,
    {{ callgear.ratio("sum(revenue)", "sum(cost)") }} as revenue_by_cost
from {{ ref('callgear__campaigns_daily') }}
group by user_id, campaign_id
having sum(cost) > 0
order by cost desc, campaign
