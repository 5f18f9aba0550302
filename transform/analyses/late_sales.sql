-- Late sales: how long after the contact do sales come, and which of them does the lookback miss?
{{ config(enabled=callgear.reads('communications', 'visitor_sessions')) }}

select
    days_until_sale as days,
    count(*) as sales,
    count(case when is_beyond_lookback then 1 end) as beyond_lookback,
    sum(sale_cost) as revenue
from {{ ref('callgear__late_sales') }}
group by days_until_sale
order by days_until_sale
