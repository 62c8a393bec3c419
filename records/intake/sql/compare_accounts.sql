DROP TABLE IF EXISTS pg_temp.known_row;
CREATE TEMPORARY TABLE known_row ON COMMIT DROP AS
SELECT staged.line, known.source_import_id, known.id
FROM staged_means AS staged JOIN records_achaccount AS known USING (provider, token_hash)
WHERE is_known;

INSERT INTO staged_reject (line, field, reason)
SELECT line, CASE WHEN row.customer IS NULL THEN 'email' ELSE 'customer' END,
    'differs from what is known of the account with this token'
FROM known_row
JOIN staged_means AS staged USING (line)
JOIN staged_row AS row USING (line)
JOIN records_achaccount AS known ON known.id = known_row.id
WHERE known.customer_id <> staged.customer_id
