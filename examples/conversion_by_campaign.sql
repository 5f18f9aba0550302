-- From sessions to communications by campaign: of the visits that a campaign brought, how many led to a contact?
-- A visit with three contacts counts once in "converted", and three times in "communications".
SELECT
    visitor_sessions.campaign_name,
    count(DISTINCT visitor_sessions.id) AS sessions,
    count(DISTINCT communications.visitor_session_id) AS converted,
    round(100.0 * count(DISTINCT communications.visitor_session_id) / count(DISTINCT visitor_sessions.id), 1) AS percent,
    count(communications.id) AS communications
FROM visitor_sessions
LEFT JOIN communications ON communications.visitor_session_id = visitor_sessions.id
GROUP BY visitor_sessions.campaign_id, visitor_sessions.campaign_name
ORDER BY sessions DESC, visitor_sessions.campaign_name;
