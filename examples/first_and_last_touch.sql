-- First and last touch: which campaigns make people known to us, and which bring the visit in which they get in touch?
-- Every contact counts once for the campaign of the visitor's first visit ever, and once for that of the visit it came of;
-- so does its sale. A campaign with more first than last touches opens doors that others walk through.
SELECT
    campaign_name,
    sum(first_touch) AS first_touches,
    sum(last_touch) AS last_touches,
    CAST(sum(first_touch * sale_cost) AS DECIMAL(38, 2)) AS first_touch_sales,
    CAST(sum(last_touch * sale_cost) AS DECIMAL(38, 2)) AS last_touch_sales
FROM (
    SELECT visitor_first_campaign_id AS campaign_id, visitor_first_campaign_name AS campaign_name,
        1 AS first_touch, 0 AS last_touch, coalesce(sale_cost, 0) AS sale_cost
    FROM communications
    UNION ALL
    SELECT campaign_id, campaign_name,
        0 AS first_touch, 1 AS last_touch, coalesce(sale_cost, 0) AS sale_cost
    FROM communications
) AS touches
GROUP BY campaign_id, campaign_name
ORDER BY first_touches DESC, campaign_name;
