INSERT INTO records_customer (
    key, number, name, email, phone, street, city, state, postal_code, job_title, job_description, role, level, age,
    organization_id, territory_id, customer_since, relationship_end_reason, source, location, source_import_id,
    created_at
)
SELECT
    gen_random_uuid(), row.number, row.name, coalesce(email, ''), coalesce(phone, ''), coalesce(street, ''),
    coalesce(city, ''), coalesce(state, ''), coalesce(postal_code, ''), coalesce(job_title, ''),
    coalesce(job_description, ''), coalesce(role, ''), coalesce(level, ''), age, organization.id, territory.id,
    customer_since, '', %(source)s, %(location)s, %(import)s, now()
FROM staged_row AS row
LEFT JOIN staged_organization AS organization USING (line)
LEFT JOIN records_territory AS territory ON territory.code = row.territory
WHERE line NOT IN (SELECT line FROM known_row) AND line NOT IN (SELECT line FROM staged_reject)
