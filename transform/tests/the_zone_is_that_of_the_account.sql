{{ config(enabled=callgear.reads('accounts')) }}

select
    {{ callgear.sentence([
        "'The account is in the zone '", "timezone", "': set callgear_timezone, which is " ~ var("callgear_timezone") ~ ".'"
    ]) }} as failure
from {{ ref('stg_callgear__accounts') }}
where timezone <> '{{ var("callgear_timezone") }}'
