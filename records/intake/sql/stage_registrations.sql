-- Which event and which customer each row means, and whether that registration is known: from before, or from an
-- earlier row of this chunk. Relies on the unique keys of records_gathering (slug) and of records_registration
-- (gathering, customer).
INSERT INTO staged_reject (line, field, reason)
SELECT line, 'customer', 'is empty: say who registered' FROM staged_row WHERE customer IS NULL AND email IS NULL
UNION ALL
SELECT line, 'cancelled_at', 'is before the registration' FROM staged_row WHERE cancelled_at < registered_at;

DROP TABLE IF EXISTS pg_temp.named_gathering;
CREATE TEMPORARY TABLE named_gathering ON COMMIT DROP AS
SELECT wanted.gathering, min(found.id) AS id, count(*) AS matches
FROM (SELECT DISTINCT gathering FROM staged_row) AS wanted
JOIN records_gathering AS found ON found.slug = wanted.gathering
    OR found.name = wanted.gathering
        AND NOT EXISTS (SELECT FROM records_gathering AS other WHERE other.slug = wanted.gathering)
GROUP BY wanted.gathering;

INSERT INTO staged_reject (line, field, reason)
SELECT
    line, 'gathering',
    CASE WHEN matches > 1 THEN 'is the name of more than one event: give its slug' ELSE 'is no event''s slug or name' END
FROM staged_row AS row
LEFT JOIN named_gathering USING (gathering)
WHERE matches IS DISTINCT FROM 1;

DROP TABLE IF EXISTS pg_temp.staged_registration;
CREATE TEMPORARY TABLE staged_registration ON COMMIT DROP AS
SELECT
    row.line, gen_random_uuid() AS key, named.id AS gathering_id, person.customer_id, person.key AS subject,
    known.id IS NOT NULL
        OR row_number() OVER (PARTITION BY named.id, person.customer_id ORDER BY row.line) > 1 AS is_known
FROM staged_row AS row
JOIN staged_person AS person USING (line)
JOIN named_gathering AS named USING (gathering)
LEFT JOIN records_registration AS known ON known.gathering_id = named.id AND known.customer_id = person.customer_id
WHERE line NOT IN (SELECT line FROM staged_reject)
