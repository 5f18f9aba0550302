{{ config(enabled=callgear.reads('calls', 'call_legs')) }}

-- A call that rings an employee twice counts once. A scenario is not an employee, so its legs do not count.
with rung as (
    select
        legs.user_id,
        legs.employee_id,
        legs.call_session_id,
        max(legs.employee_full_name) as employee_full_name,
        max(case when legs.is_talked then 1 else 0 end) as is_answered,
        min(
            case when legs.is_talked then {{ dbt.datediff("legs.started_at", "legs.connected_at", "second") }} end
        ) as seconds_to_answer,
        sum(case when legs.is_talked then legs.duration else 0 end) as talk_seconds
    from {{ ref('stg_callgear__call_legs') }} as legs
    where legs.employee_id is not null
    group by legs.user_id, legs.employee_id, legs.call_session_id
),

calls as (
    select * from {{ ref('stg_callgear__calls') }}
),

employees as (
    {% if callgear.reads('employees') -%}
    select user_id, employee_id, employee_full_name from {{ ref('stg_callgear__employees') }}
    {%- else -%}
    select user_id, employee_id, max(employee_full_name) as employee_full_name from rung group by user_id, employee_id
    {%- endif %}
)

select
    rung.user_id,
    calls.day,
    calls.direction,
    rung.employee_id,
    max(coalesce(employees.employee_full_name, rung.employee_full_name)) as employee_full_name,
    count(*) as calls,
    {{ callgear.total('rung.is_answered') }} as answered_calls,
    {{ callgear.total('1 - rung.is_answered') }} as missed_calls,
    count(case when calls.is_lost then 1 end) as lost_calls,
    {{ callgear.total('rung.seconds_to_answer') }} as seconds_to_answer,
    {{ callgear.total('rung.talk_seconds') }} as talk_seconds
from rung
inner join calls
    on calls.user_id = rung.user_id
    and calls.call_session_id = rung.call_session_id
left join employees
    on employees.user_id = rung.user_id
    and employees.employee_id = rung.employee_id
group by rung.user_id, calls.day, calls.direction, rung.employee_id
