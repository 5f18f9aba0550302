-- From visits to contacts by campaign: of the visits that a campaign brought, how many led to a contact?
{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

select
    max(campaign_name) as campaign,
    count(*) as visits,
    count(case when is_converted then 1 end) as converted,
    {{ callgear.percent("count(case when is_converted then 1 end)", "count(*)") }} as percent,
    {{ callgear.total("contacts") }} as contacts,
    {{ callgear.total("sales") }} as sales
from {{ ref('callgear__sessions') }}
group by user_id, campaign_id
order by visits desc, campaign
