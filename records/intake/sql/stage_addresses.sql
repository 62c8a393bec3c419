-- Every address by which the person of a row might be written to: the row's own and those known of the customer whom
-- it names. Relies on the unique index of records_customer (number) and on customer_email_lower.
DROP TABLE IF EXISTS pg_temp.staged_address;
CREATE TEMPORARY TABLE staged_address ON COMMIT DROP AS
WITH known AS (
    SELECT line, customer.* FROM staged_row AS row JOIN records_customer AS customer ON customer.number = row.customer
    UNION ALL
    SELECT line, customer.*
    FROM staged_row AS row JOIN records_customer AS customer ON lower(customer.email) = lower(row.email)
    WHERE row.customer IS NULL
)
SELECT DISTINCT line, kind, value
FROM (
    SELECT line, 'email' AS kind, address AS value FROM staged_row
    UNION ALL SELECT line, 'email', email FROM staged_row
    UNION ALL SELECT line, 'email', email FROM known
    UNION ALL SELECT line, 'phone', phone FROM staged_row
    UNION ALL SELECT line, 'phone', phone FROM known
    UNION ALL SELECT line, 'address', street || ' ' || postal_code FROM staged_row
    UNION ALL SELECT line, 'address', street || ' ' || postal_code FROM known WHERE street <> '' AND postal_code <> ''
) AS found
WHERE value <> '';

DROP TABLE IF EXISTS pg_temp.hashed_address;
CREATE TEMPORARY TABLE hashed_address (kind text, value text, value_hash bytea) ON COMMIT DROP;

SELECT kind, array_agg(DISTINCT value) FROM staged_address GROUP BY kind
