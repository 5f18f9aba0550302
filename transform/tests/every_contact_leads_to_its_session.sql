{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

-- Visits that began before the first one that was read are not there, and contacts of the first day may come of them.
with first_session as (
    select user_id, min(started_at) as started_at
    from {{ ref('stg_callgear__visitor_sessions') }}
    group by user_id
)

select
    {{ callgear.sentence([
        "'The '", "contacts.communication_type", "' '", "contacts.communication_id", "' of '", "contacts.day",
        "' came of the visit '", "contacts.visitor_session_id", "', which is missing in visitor_sessions.'"
    ]) }} as failure
from {{ ref('stg_callgear__communications') }} as contacts
inner join first_session
    on first_session.user_id = contacts.user_id
left join {{ ref('stg_callgear__visitor_sessions') }} as sessions
    on sessions.user_id = contacts.user_id
    and sessions.visitor_session_id = contacts.visitor_session_id
where
    contacts.visitor_session_id is not null
    and sessions.visitor_session_id is null
    and contacts.started_at > {{ dbt.dateadd("day", 1, "first_session.started_at") }}
