{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

-- It waits for a mart that nothing else is made of, so that a quiet day keeps no other mart from being built.
-- depends_on: {{ ref('callgear__channels_daily') }}

with days as (
    select distinct user_id, day from {{ ref('stg_callgear__visitor_sessions') }}
),

followed as (
    select
        user_id,
        day,
        lead(day) over (partition by user_id order by day) as next_day
    from days
)

select
    {{ callgear.sentence([
        "'No visit of the days between '", "day", "' and '", "next_day",
        "' is in visitor_sessions. If the sites were quiet then, set callgear_quiet_days.'"
    ]) }} as failure
from followed
where {{ dbt.datediff("day", "next_day", "day") }} > {{ var("callgear_quiet_days") }} + 1
