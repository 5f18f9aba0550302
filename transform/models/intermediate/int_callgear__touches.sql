-- One row a contact and visit that led to it, with the visit's share in the contact: the visit that the contact came of,
-- and the same visitor's visits before. The shares of a contact add up to 1.
{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

{%- set days = var("callgear_attribution_days") %}
{%- set position_share = "cast(" ~ var("callgear_position_share") ~ " as double precision)" %}

with sessions as (
    select * from {{ ref('callgear__sessions') }}
),

contacts as (
    select
        contacts.*,
        coalesce(sessions.started_at, contacts.started_at) as visit_started_at,
        coalesce(sessions.campaign_id, contacts.campaign_id) as visit_campaign_id,
        coalesce(sessions.campaign_name, contacts.campaign_name) as visit_campaign_name,
        coalesce(sessions.channel, contacts.channel) as visit_channel
    from {{ ref('callgear__contacts') }} as contacts
    left join sessions
        on sessions.user_id = contacts.user_id
        and sessions.visitor_session_id = contacts.visitor_session_id
),

visits as (
    select
        user_id,
        communication_type,
        communication_id,
        day,
        is_sold,
        sale_cost,
        visit_campaign_id as campaign_id,
        visit_campaign_name as campaign_name,
        visit_channel as channel,
        1 as is_own,
        visit_started_at,
        visitor_session_id
    from contacts
    union all
    select
        contacts.user_id,
        contacts.communication_type,
        contacts.communication_id,
        contacts.day,
        contacts.is_sold,
        contacts.sale_cost,
        sessions.campaign_id,
        sessions.campaign_name,
        sessions.channel,
        0 as is_own,
        sessions.started_at as visit_started_at,
        sessions.visitor_session_id
    from contacts
    inner join sessions
        on sessions.user_id = contacts.user_id
        and sessions.visitor_id = contacts.visitor_id
    where
        sessions.started_at < contacts.visit_started_at
        and sessions.started_at >= {{ dbt.dateadd("day", -days, "contacts.visit_started_at") }}
),

placed as (
    select
        *,
        row_number() over (
            partition by user_id, communication_type, communication_id
            order by is_own, visit_started_at, visitor_session_id
        ) as place,
        count(*) over (partition by user_id, communication_type, communication_id) as places
    from visits
)

select
    user_id,
    communication_type,
    communication_id,
    visitor_session_id,
    day,
    is_sold,
    sale_cost,
    campaign_id,
    campaign_name,
    channel,
    place,
    places,
    case when place = 1 then 1 else 0 end as first_touch,
    case when place = places then 1 else 0 end as last_touch,
    cast(1 as double precision) / places as linear,
    case
        when places < 3 then cast(1 as double precision) / places
        when place in (1, places) then {{ position_share }}
        else (1 - 2 * {{ position_share }}) / (places - 2)
    end as position_based
from placed
