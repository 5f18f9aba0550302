{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

select
    {{ callgear.sentence([
        "'The visits that led to the '", "communication_type", "' '", "communication_id", "' have '", "sum(first_touch)",
        "' first, '", "sum(last_touch)", "' last, '", "sum(linear)", "' linear and '", "sum(position_based)",
        "' position-based shares in it, not 1 each.'"
    ]) }} as failure
from {{ ref('int_callgear__touches') }}
group by user_id, communication_type, communication_id
having
    sum(first_touch) <> 1
    or sum(last_touch) <> 1
    or abs(sum(linear) - 1) > 0.000001
    or abs(sum(position_based) - 1) > 0.000001
