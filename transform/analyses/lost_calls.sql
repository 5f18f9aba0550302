-- Lost calls: which channels' calls go unanswered, how many, and on which day was the last?
{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

select
    coalesce(channel, 'unknown') as channel,
    count(*) as calls,
    count(case when is_lost then 1 end) as lost,
    {{ callgear.percent("count(case when is_lost then 1 end)", "count(*)") }} as percent,
    max(case when is_lost then day end) as last_lost
from {{ ref('callgear__contacts') }}
where communication_type = 'call'
group by coalesce(channel, 'unknown')
order by lost desc, channel
