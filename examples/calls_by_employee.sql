-- Calls by employee: whom do calls from outside ring, how many of these end in a talk, and how long do they talk?
-- A call that rings one employee twice counts once. The call's scenario is not an employee, so its legs do not count.
SELECT
    employees.full_name AS employee,
    count(DISTINCT calls.id) AS calls,
    count(DISTINCT CASE WHEN call_legs.is_talked THEN calls.id END) AS talks,
    round(100.0 * count(DISTINCT CASE WHEN call_legs.is_talked THEN calls.id END) / count(DISTINCT calls.id), 1) AS percent,
    coalesce(sum(CASE WHEN call_legs.is_talked THEN call_legs.duration END), 0) AS seconds
FROM calls
JOIN call_legs ON call_legs.call_session_id = calls.id
JOIN employees ON employees.id = call_legs.employee_id
WHERE calls.direction = 'in'
GROUP BY employees.id, employees.full_name
ORDER BY calls DESC, employee;
