-- Chats by channel: how many come through which messenger, how many go unanswered, how fast are the others, and how long?
-- The seconds until the answer are the average over the chats that were answered.
SELECT
    chats.chat_channel_type AS channel,
    count(*) AS chats,
    count(CASE WHEN chats.status = 'lost' THEN 1 END) AS lost,
    round(avg(chats.answer_time), 1) AS seconds_to_answer,
    coalesce(sum(written.messages), 0) AS messages,
    coalesce(sum(written.by_visitors), 0) AS by_visitors
FROM chats
LEFT JOIN (
    SELECT chat_id, count(*) AS messages, count(CASE WHEN source = 'visitor' THEN 1 END) AS by_visitors
    FROM chat_messages
    GROUP BY chat_id
) AS written ON written.chat_id = chats.id
GROUP BY chats.chat_channel_type
ORDER BY chats DESC, channel;
