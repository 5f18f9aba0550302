{#
    Every contact of a kind has a row in the report of that kind, and every row of the report is a contact.

    A contact that began before the first day that was read whole may be missing, and so may one of the last hour, which
    goes on while it is read.
#}
{% test agrees_with_contacts(model, contacts, kind) %}

{%- set report = model.identifier | replace("stg_callgear__", "") %}

with span as (
    select
        user_id,
        {{ dbt.dateadd("day", 1, "min(started_at)") }} as since,
        {{ dbt.dateadd("hour", -1, "max(started_at)") }} as until
    from {{ contacts }}
    group by user_id
),

contacts as (
    select contacts.user_id, contacts.communication_id, contacts.day
    from {{ contacts }} as contacts
    inner join span
        on span.user_id = contacts.user_id
        and contacts.started_at between span.since and span.until
    where contacts.communication_type = '{{ kind }}'
),

reported as (
    select reported.user_id, reported.communication_id, reported.day
    from {{ model }} as reported
    inner join span
        on span.user_id = reported.user_id
        and reported.started_at between span.since and span.until
    where reported.communication_id is not null
)

select
    {{ callgear.sentence([
        "'The " ~ kind ~ " '", "contacts.communication_id", "' of '", "contacts.day",
        "' is in communications, but missing in " ~ report ~ ".'"
    ]) }} as failure
from contacts
left join {{ model }} as reported
    on reported.user_id = contacts.user_id
    and reported.communication_id = contacts.communication_id
where reported.communication_id is null
union all
select
    {{ callgear.sentence([
        "'The " ~ kind ~ " '", "reported.communication_id", "' of '", "reported.day",
        "' is in " ~ report ~ ", but missing in communications.'"
    ]) }} as failure
from reported
left join {{ contacts }} as contacts
    on contacts.user_id = reported.user_id
    and contacts.communication_id = reported.communication_id
    and contacts.communication_type = '{{ kind }}'
where contacts.communication_id is null

{% endtest %}
