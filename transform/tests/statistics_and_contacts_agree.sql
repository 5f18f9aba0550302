{{ config(enabled=callgear.reads('communications', 'campaign_daily_stats'), severity='warn') }}

-- What the statistics of campaigns count by day. The first and the last day may have been read in part.
with days as (
    select user_id, min(day) as first_day, max(day) as last_day
    from {{ ref('stg_callgear__communications') }}
    group by user_id
),

counted as (
    select user_id, day, sum(communications_count) as contacts
    from {{ ref('stg_callgear__campaign_daily_stats') }}
    group by user_id, day
),

stored as (
    select user_id, day, count(*) as contacts
    from {{ ref('stg_callgear__communications') }}
    group by user_id, day
)

select
    {{ callgear.sentence([
        "'The campaigns of '", "counted.day", "' count '", "counted.contacts", "' contacts, and '",
        "coalesce(stored.contacts, 0)", "' are in communications.'"
    ]) }} as failure
from counted
inner join days
    on days.user_id = counted.user_id
    and counted.day > days.first_day
    and counted.day < days.last_day
left join stored
    on stored.user_id = counted.user_id
    and stored.day = counted.day
where coalesce(stored.contacts, 0) <> counted.contacts
