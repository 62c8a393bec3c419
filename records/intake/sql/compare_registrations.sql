-- Registrations that are known: the same details are already there, others are a reject that names the first column.
-- Only what the file has a column for is compared; what is sealed is compared by the caller.
DROP TABLE IF EXISTS pg_temp.known_row;
CREATE TEMPORARY TABLE known_row ON COMMIT DROP AS
SELECT staged.line, known.source_import_id, known.id
FROM staged_registration AS staged
JOIN records_registration AS known USING (gathering_id, customer_id)
WHERE is_known;

INSERT INTO staged_reject (line, field, reason)
SELECT line, differing, 'differs from what is known of this customer''s registration'
FROM (
    SELECT
        line,
        CASE
            WHEN known.registered_at <> row.registered_at THEN 'registered_at'
            WHEN 'role' = ANY(%(given)s) AND known.role <> coalesce(row.role, '') THEN 'role'
            WHEN 'badge_name' = ANY(%(given)s) AND known.badge_name <> coalesce(row.badge_name, '') THEN 'badge_name'
            WHEN 'attended' = ANY(%(given)s) AND known.attended IS DISTINCT FROM row.attended THEN 'attended'
            WHEN 'cancelled_at' = ANY(%(given)s) AND known.cancelled_at IS DISTINCT FROM row.cancelled_at
                THEN 'cancelled_at'
        END AS differing
    FROM known_row
    JOIN staged_row AS row USING (line)
    JOIN records_registration AS known USING (id)
) AS compared
WHERE differing IS NOT NULL
