-- Cost of contacts: what did the ads of each campaign cost, and what did a visit and a contact that they brought?
-- Amounts are in the currency of the ad system. Ad systems mend the figures of the last days, so these may still change.
SELECT
    coalesce(campaigns.name, figures.campaign_name) AS campaign_name,
    sites.domain_name,
    figures.currency,
    CAST(sum(figures.cost_sum) AS DECIMAL(38, 2)) AS cost,
    sum(figures.visits_count) AS visits,
    sum(figures.communications_count) AS contacts,
    CAST(sum(figures.cost_sum) / nullif(sum(figures.visits_count), 0) AS DECIMAL(38, 2)) AS cost_of_visit,
    CAST(sum(figures.cost_sum) / nullif(sum(figures.communications_count), 0) AS DECIMAL(38, 2)) AS cost_of_contact
FROM campaign_daily_stats AS figures
JOIN sites ON sites.id = figures.site_id
LEFT JOIN campaigns ON campaigns.id = figures.campaign_id
WHERE figures.cost_sum IS NOT NULL
GROUP BY coalesce(campaigns.name, figures.campaign_name), sites.domain_name, figures.currency
ORDER BY cost DESC, campaign_name, sites.domain_name;
