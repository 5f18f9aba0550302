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
    max({{ "coalesce(tags.tag_name, tagged.tag_name)" if callgear.reads('tags') else "tagged.tag_name" }}) as tag,
    tagged.tag_type as given,
    count(*) as contacts,
    count(case when tagged.communication_type = 'call' then 1 end) as calls,
    count(case when tagged.is_sold then 1 end) as with_sale
from tagged
{%- if callgear.reads('tags') %}
left join {{ ref('stg_callgear__tags') }} as tags
    on tags.user_id = tagged.user_id
    and cast(tags.tag_id as {{ dbt.type_string() }}) = tagged.tag_id
{%- endif %}
group by tagged.user_id, tagged.tag_id, tagged.tag_type
order by contacts desc, tag, given
