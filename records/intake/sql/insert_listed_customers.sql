-- People of the list whom nobody knows become customers, once each, unless they must be left out.
-- Relies on the unique index of records_customer (number) and on customer_email_lower.
DROP TABLE IF EXISTS pg_temp.unknown_person;
CREATE TEMPORARY TABLE unknown_person ON COMMIT DROP AS
SELECT row.*
FROM staged_row AS row
WHERE line NOT IN (SELECT line FROM staged_reject) AND CASE
    WHEN customer IS NULL
        THEN NOT EXISTS (SELECT FROM records_customer AS known WHERE lower(known.email) = lower(row.email))
    ELSE NOT EXISTS (SELECT FROM records_customer AS known WHERE known.number = row.customer)
END;

INSERT INTO staged_reject (line, field, reason)
SELECT line, 'list', 'must not be joined: this person asked to be left out on ' || suppressed_row.since
FROM unknown_person JOIN suppressed_row USING (line);

INSERT INTO staged_reject (line, field, reason)
SELECT line, 'name', 'is empty: a new customer needs a name' FROM unknown_person WHERE name IS NULL;

INSERT INTO records_customer (
    key, number, name, email, phone, street, city, state, postal_code, job_title, job_description, role, level,
    relationship_end_reason, source, location, source_import_id, created_at
)
SELECT DISTINCT ON (coalesce(customer, lower(email)))
    gen_random_uuid(), coalesce(customer, 'L-' || upper(left(md5(gen_random_uuid()::text), 12))), name,
    coalesce(email, ''), coalesce(phone, ''), coalesce(street, ''), coalesce(city, ''), coalesce(state, ''),
    coalesce(postal_code, ''), '', '', '', '', '', %(source)s, %(location)s, %(import)s, now()
FROM unknown_person
WHERE line NOT IN (SELECT line FROM staged_reject)
ORDER BY coalesce(customer, lower(email)), line
