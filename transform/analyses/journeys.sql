-- Journeys: how many visits does it take until somebody gets in touch, and how many days?
{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

select
    visits_until_contact as visits,
    count(*) as visitors,
    {{ callgear.ratio("sum(days_until_contact)", "count(*)") }} as days,
    {{ callgear.total("contacts") }} as contacts,
    {{ callgear.total("sales") }} as sales
from {{ ref('callgear__journeys') }}
where visits_until_contact is not null
group by visits_until_contact
order by visits_until_contact
