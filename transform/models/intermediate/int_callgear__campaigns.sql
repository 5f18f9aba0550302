-- What campaigns are called now: rows of contacts and visits keep the name of the day on which they were read.
{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

{% if callgear.reads('campaigns') -%}
select
    user_id,
    campaign_id,
    campaign_name
from {{ ref('stg_callgear__campaigns') }}
{%- else -%}
select
    user_id,
    campaign_id,
    max(campaign_name) as campaign_name
from (
    select user_id, campaign_id, campaign_name from {{ ref('stg_callgear__communications') }}
    union all
    select user_id, campaign_id, campaign_name from {{ ref('stg_callgear__visitor_sessions') }}
) as named
where campaign_id is not null
group by user_id, campaign_id
{%- endif %}
