-- Use of tags: which tags are given, by rules (auto) or by people (manual), and do the contacts that have them sell?
-- A contact with a tag counts once for it, even if it was given twice.
{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

with tagged as (
    select distinct
        contacts.user_id,
        contacts.communication_type,
        contacts.communication_id,
        contacts.is_sold,
        {{ callgear.item_text("tag_id") }} as tag_id,
        {{ callgear.item_text("tag_name") }} as tag_name,
        {{ callgear.item_text("tag_type") }} as tag_type
    from {{ ref('callgear__contacts') }} as contacts
    {{ callgear.join_items("contacts.tags") }}
)

select
    max(tag_name) as tag,
    tag_type as given,
    count(*) as contacts,
    count(case when communication_type = 'call' then 1 end) as calls,
    count(case when is_sold then 1 end) as with_sale
from tagged
group by user_id, tag_id, tag_type
order by contacts desc, tag, given
