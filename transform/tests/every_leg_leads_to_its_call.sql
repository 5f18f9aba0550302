{{ config(enabled=callgear.reads('calls', 'call_legs')) }}

-- Calls that began before the first one that was read are not there, but some of their legs may be.
with first_call as (
    select user_id, min(started_at) as started_at
    from {{ ref('stg_callgear__calls') }}
    group by user_id
)

select
    {{ callgear.sentence([
        "'The leg '", "legs.leg_id", "' of '", "legs.day", "' belongs to the call '", "legs.call_session_id",
        "', which is missing in calls.'"
    ]) }} as failure
from {{ ref('stg_callgear__call_legs') }} as legs
inner join first_call
    on first_call.user_id = legs.user_id
left join {{ ref('stg_callgear__calls') }} as calls
    on calls.user_id = legs.user_id
    and calls.call_session_id = legs.call_session_id
where
    calls.call_session_id is null
    and legs.started_at > {{ dbt.dateadd("day", 1, "first_call.started_at") }}
