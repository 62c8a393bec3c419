DROP TABLE IF EXISTS pg_temp.known_row;
CREATE TEMPORARY TABLE known_row ON COMMIT DROP AS
SELECT staged.line, known.source_import_id, known.id
FROM staged_means AS staged JOIN records_paymentcard AS known USING (provider, token)
WHERE is_known;

INSERT INTO staged_reject (line, field, reason)
SELECT line, differing, 'differs from what is known of the card with this token'
FROM (
    SELECT
        staged.line,
        CASE
            WHEN known.customer_id <> staged.customer_id THEN CASE WHEN row.customer IS NULL THEN 'email' ELSE 'customer' END
            WHEN known.brand <> staged.brand THEN 'brand'
            WHEN known.last_four <> staged.last_four THEN 'last_four'
        END AS differing
    FROM known_row
    JOIN staged_means AS staged USING (line)
    JOIN staged_row AS row USING (line)
    JOIN records_paymentcard AS known ON known.id = known_row.id
) AS compared
WHERE differing IS NOT NULL
