-- Further contacts and numbers of the new customers of this chunk; a thing that is told twice is there once.
INSERT INTO records_contactpoint (
    key, customer_id, kind, value, normalized, source, location, source_import_id, created_at
)
SELECT DISTINCT ON (customer.id, kind, normalized)
    gen_random_uuid(), customer.id, kind, value, normalized, %(source)s, %(location)s, %(import)s, now()
FROM staged_row AS row
JOIN records_customer AS customer ON customer.number = row.number
CROSS JOIN LATERAL (
    VALUES ('phone', other_phones), ('fax', faxes), ('pager', pagers), ('name', other_names), ('email', other_emails)
) AS given (kind, cell)
CROSS JOIN LATERAL unnest(string_to_array(cell, E'\x1f')) AS each (value)
CROSS JOIN LATERAL (
    SELECT CASE WHEN kind IN ('name', 'email') THEN lower(regexp_replace(value, '\s+', ' ', 'g')) ELSE value END
) AS form (normalized)
WHERE line NOT IN (SELECT line FROM known_row) AND line NOT IN (SELECT line FROM staged_reject)
ORDER BY customer.id, kind, normalized, value;

INSERT INTO records_identifier (key, customer_id, kind, value, source, location, source_import_id, created_at)
SELECT gen_random_uuid(), customer.id, kind, value, %(source)s, %(location)s, %(import)s, now()
FROM staged_row AS row
JOIN records_customer AS customer ON customer.number = row.number
CROSS JOIN LATERAL (VALUES ('duns', duns), ('customer id', other_numbers)) AS given (kind, cell)
CROSS JOIN LATERAL unnest(string_to_array(cell, E'\x1f')) AS each (value)
WHERE line NOT IN (SELECT line FROM known_row) AND line NOT IN (SELECT line FROM staged_reject)
