-- What is wrong with a row by itself, and which list it means. Relies on the unique key of records_mailinglist (slug).
INSERT INTO staged_reject (line, field, reason)
SELECT line, 'customer', 'is empty: say who is on the list' FROM staged_row WHERE customer IS NULL AND email IS NULL
UNION ALL
SELECT line, 'until', 'is before the membership began' FROM staged_row WHERE until < since
UNION ALL
SELECT line, 'until', 'is in the future: leave it empty until it has come' FROM staged_row WHERE until > %(today)s
UNION ALL
SELECT line, 'since', 'is in the future' FROM staged_row WHERE since > %(today)s
UNION ALL
SELECT line, 'end_reason', 'is there although the membership has not ended'
FROM staged_row WHERE end_reason IS NOT NULL AND until IS NULL;

DROP TABLE IF EXISTS pg_temp.named_list;
CREATE TEMPORARY TABLE named_list ON COMMIT DROP AS
SELECT wanted.list, min(found.id) AS id, count(*) AS matches
FROM (SELECT DISTINCT list FROM staged_row) AS wanted
JOIN records_mailinglist AS found ON found.slug = wanted.list
    OR found.name = wanted.list
        AND NOT EXISTS (SELECT FROM records_mailinglist AS other WHERE other.slug = wanted.list)
GROUP BY wanted.list;

INSERT INTO staged_reject (line, field, reason)
SELECT
    line, 'list',
    CASE WHEN matches > 1 THEN 'is the name of more than one list: give its slug' ELSE 'is no list''s slug or name' END
FROM staged_row
LEFT JOIN named_list USING (list)
WHERE matches IS DISTINCT FROM 1
