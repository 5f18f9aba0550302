-- Lost calls: which channels' calls go unanswered, how many, and when was the last?
-- "attributes" is a list of texts; the cast makes it one, however the loader stored it.
SELECT
    channel,
    count(*) AS calls,
    count(CASE WHEN is_lost THEN 1 END) AS lost,
    round(100.0 * count(CASE WHEN is_lost THEN 1 END) / count(*), 1) AS percent,
    max(CASE WHEN is_lost THEN date_time END) AS last_lost
FROM (
    SELECT channel, date_time, 'lost' = ANY(CAST(attributes AS VARCHAR[])) AS is_lost
    FROM communications
    WHERE communication_type = 'call'
) AS calls
GROUP BY channel
ORDER BY lost DESC, channel;
