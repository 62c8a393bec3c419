-- Rows whose number is known already, or is given by an earlier row of the chunk: they are compared, not inserted.
-- Relies on the unique index of records_customer (number).
DROP TABLE IF EXISTS pg_temp.known_row;
CREATE TEMPORARY TABLE known_row ON COMMIT DROP AS
SELECT line
FROM (
    SELECT row.line, customer.id, row_number() OVER (PARTITION BY row.number ORDER BY row.line) AS nth
    FROM staged_row AS row
    LEFT JOIN records_customer AS customer ON customer.number = row.number
) AS numbered
WHERE id IS NOT NULL OR nth > 1;

INSERT INTO staged_reject (line, field, reason)
SELECT line, 'territory', 'is no territory''s code'
FROM staged_row
WHERE territory IS NOT NULL AND territory NOT IN (SELECT code FROM records_territory);

INSERT INTO staged_reject (line, field, reason)
SELECT line, 'assigned_since', 'is in the future'
FROM staged_row
WHERE assigned_since::timestamp AT TIME ZONE %(time_zone)s > now();

WITH staff AS (
    SELECT line, given.email
    FROM staged_row, unnest(regexp_split_to_array(btrim(lower(assigned_to)), '[\s,;]+')) AS given (email)
    WHERE assigned_to IS NOT NULL
)
INSERT INTO staged_reject (line, field, reason)
SELECT DISTINCT line, 'assigned_to', 'names somebody without an account here'
FROM staff
WHERE email NOT IN (SELECT email FROM privacy_user WHERE is_active)
