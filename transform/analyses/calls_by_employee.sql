-- Calls by employee: whom do calls from outside ring, how many of these end in a talk, and how long does it take?
{{ config(enabled=callgear.reads('calls', 'call_legs')) }}

select
    max(employee_full_name) as employee,
    {{ callgear.total("calls") }} as calls,
    {{ callgear.total("answered_calls") }} as answered,
    {{ callgear.total("lost_calls") }} as lost,
    {{ callgear.percent("sum(answered_calls)", "sum(calls)") }} as percent_answered,
    {{ callgear.ratio("sum(seconds_to_answer)", "sum(answered_calls)") }} as seconds_to_answer,
    {{ callgear.ratio("sum(talk_seconds)", "sum(answered_calls)") }} as seconds_of_talk
from {{ ref('callgear__employee_calls') }}
where direction = 'in'
group by user_id, employee_id
order by calls desc, employee
