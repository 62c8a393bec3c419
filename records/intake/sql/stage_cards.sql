-- Whose card each row is, with what may be kept of its number, and whether it is known: from before, or from an
-- earlier row of this chunk. Relies on the unique key of records_paymentcard (provider, token).
INSERT INTO staged_reject (line, field, reason)
SELECT line, 'last_four', 'is empty, and so is the number that it could be taken from'
FROM staged_row WHERE last_four IS NULL AND number IS NULL
UNION ALL
SELECT line, 'brand', 'is empty, and so is the number that it could be taken from'
FROM staged_row WHERE brand IS NULL AND number IS NULL
UNION ALL
SELECT line, 'last_four', 'is not the end of the number' FROM staged_row WHERE last_four <> split_part(number, ' ', 2)
UNION ALL
SELECT line, 'brand', 'is not the brand of the number' FROM staged_row WHERE brand <> split_part(number, ' ', 1);

DROP TABLE IF EXISTS pg_temp.staged_means;
CREATE TEMPORARY TABLE staged_means ON COMMIT DROP AS
SELECT
    row.line, gen_random_uuid() AS key, person.customer_id, person.key AS subject, row.provider, row.token,
    coalesce(row.brand, split_part(number, ' ', 1)) AS brand,
    coalesce(row.last_four, split_part(number, ' ', 2)) AS last_four,
    known.id IS NOT NULL OR row_number() OVER (PARTITION BY row.provider, row.token ORDER BY row.line) > 1 AS is_known
FROM staged_row AS row
JOIN staged_person AS person USING (line)
LEFT JOIN records_paymentcard AS known ON known.provider = row.provider AND known.token = row.token
WHERE line NOT IN (SELECT line FROM staged_reject)
