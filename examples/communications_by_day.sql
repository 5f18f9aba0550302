-- Communications by day and channel: what came in, through which channel, on which day?
-- One row a day and channel that had any; the latest day comes first. Days are UTC.
SELECT
    CAST(date_time AS DATE) AS day,
    channel,
    count(*) AS communications,
    count(CASE WHEN communication_type = 'call' THEN 1 END) AS calls,
    count(CASE WHEN communication_type = 'chat' THEN 1 END) AS chats,
    count(CASE WHEN communication_type = 'goal' THEN 1 END) AS goals,
    count(CASE WHEN communication_type = 'offline_message' THEN 1 END) AS offline_messages
FROM communications
GROUP BY CAST(date_time AS DATE), channel
ORDER BY day DESC, communications DESC, channel;
