-- Use of tags: which tags are given, by rules (auto) or by people (manual), and do the contacts that have them sell?
-- A contact with a tag counts once for it, even if it was given twice. "tags" is a list of objects: one row is made of each.
SELECT
    tag ->> 'tag_name' AS tag_name,
    tag ->> 'tag_type' AS tag_type,
    count(DISTINCT (communication_type, id)) AS communications,
    count(DISTINCT CASE WHEN communication_type = 'call' THEN id END) AS calls,
    count(DISTINCT CASE WHEN sale_date IS NOT NULL THEN (communication_type, id) END) AS with_sale
FROM (
    SELECT communication_type, id, sale_date, unnest(CAST(tags AS JSON[])) AS tag
    FROM communications
) AS tagged
GROUP BY tag ->> 'tag_id', tag ->> 'tag_name', tag ->> 'tag_type'
ORDER BY communications DESC, tag_name;
