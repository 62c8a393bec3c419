-- Whose account each row is, and whether it is known: from before, or from an earlier row of this chunk.
-- Relies on the unique key of records_achaccount (provider, token_hash).
DROP TABLE IF EXISTS pg_temp.staged_means;
CREATE TEMPORARY TABLE staged_means ON COMMIT DROP AS
SELECT
    row.line, gen_random_uuid() AS key, person.customer_id, person.key AS subject, row.provider, token_hash,
    known.id IS NOT NULL OR row_number() OVER (PARTITION BY row.provider, token_hash ORDER BY row.line) > 1 AS is_known
FROM staged_row AS row
JOIN hashed_token USING (line)
JOIN staged_person AS person USING (line)
LEFT JOIN records_achaccount AS known USING (provider, token_hash)
WHERE line NOT IN (SELECT line FROM staged_reject)
