-- Which customer each staged row names: by number, else by e-mail address.
-- Relies on the unique index of records_customer (number) and on customer_email_lower.
DROP TABLE IF EXISTS pg_temp.staged_person;
CREATE TEMPORARY TABLE staged_person ON COMMIT DROP AS
WITH addresses AS (
    SELECT lower(email) AS address, min(id) AS id, count(*) AS matches
    FROM records_customer
    WHERE lower(email) IN (SELECT lower(email) FROM staged_row WHERE customer IS NULL AND email IS NOT NULL)
    GROUP BY lower(email)
)
SELECT row.line, customer.id AS customer_id, customer.key
FROM staged_row AS row
JOIN records_customer AS customer ON customer.number = row.customer
UNION ALL
SELECT row.line, customer.id, customer.key
FROM staged_row AS row
JOIN addresses ON addresses.address = lower(row.email) AND matches = 1
JOIN records_customer AS customer ON customer.id = addresses.id
WHERE row.customer IS NULL;

INSERT INTO staged_reject (line, field, reason)
SELECT
    line,
    CASE WHEN customer IS NULL THEN 'email' ELSE 'customer' END,
    CASE
        WHEN customer IS NOT NULL THEN 'is no customer''s number'
        WHEN EXISTS (SELECT FROM records_customer AS known WHERE lower(known.email) = lower(row.email))
            THEN 'is the address of more than one customer: give the number'
        ELSE 'is no customer''s address'
    END
FROM staged_row AS row
WHERE (customer IS NOT NULL OR email IS NOT NULL)
    AND line NOT IN (SELECT line FROM staged_person) AND line NOT IN (SELECT line FROM staged_reject)
