{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

with sessions as (
    select
        *,
        row_number() over (partition by user_id, visitor_id order by started_at, visitor_session_id) as visit,
        row_number() over (partition by user_id, visitor_id order by started_at desc, visitor_session_id desc)
            as visit_from_last
    from {{ ref('callgear__sessions') }}
    where visitor_id is not null
)

select
    user_id,
    visitor_id,
    max(person_id) as person_id,
    min(started_at) as first_visit_at,
    max(started_at) as last_visit_at,
    max(case when visit = 1 then day end) as first_visit_day,
    max(case when visit = 1 then campaign_id end) as first_campaign_id,
    max(case when visit = 1 then campaign_name end) as first_campaign_name,
    max(case when visit = 1 then channel end) as first_channel,
    max(case when visit_from_last = 1 then campaign_id end) as last_campaign_id,
    max(case when visit_from_last = 1 then campaign_name end) as last_campaign_name,
    max(case when visit_from_last = 1 then channel end) as last_channel,
    {{ dbt.listagg("coalesce(channel, 'unknown')", "' > '", "order by started_at, visitor_session_id") }} as channels,
    count(*) as visits,
    {{ callgear.total('hits_count') }} as hits,
    {{ callgear.total('contacts') }} as contacts,
    {{ callgear.total('sales') }} as sales,
    sum(revenue) as revenue,
    min(case when is_converted then visit end) as visits_until_contact,
    {{ dbt.datediff("min(day)", "min(case when is_converted then day end)", "day") }} as days_until_contact
from sessions
group by user_id, visitor_id
