INSERT INTO records_organization (
    key, number, name, size, years_in_business, company_age, employees, advertising_agency, street, city, state,
    postal_code, relationship_ended_on, source, location, source_import_id, created_at
)
SELECT
    key, number, name, coalesce(size, ''), years_in_business, company_age, employees, coalesce(advertising_agency, ''),
    coalesce(street, ''), coalesce(city, ''), coalesce(state, ''), coalesce(postal_code, ''), relationship_ended_on,
    %(source)s, %(location)s, %(import)s, now()
FROM staged_row
JOIN new_organization USING (line);

-- Which organization each row is about.
DROP TABLE IF EXISTS pg_temp.staged_organization;
CREATE TEMPORARY TABLE staged_organization ON COMMIT DROP AS
SELECT row.line, known.id, known.key
FROM staged_row AS row
JOIN records_organization AS known ON known.number = row.number
WHERE line NOT IN (SELECT line FROM staged_reject)
UNION ALL
SELECT row.line, known.id, known.key
FROM staged_row AS row
JOIN records_organization AS known ON known.name = row.name
WHERE row.number IS NULL AND line NOT IN (SELECT line FROM staged_reject);

-- Of a known organization a cell says what is already there, or nothing. The first column that says else is named.
INSERT INTO staged_reject (line, field, reason)
SELECT line, differing, 'differs from what is known of this organization'
FROM (
    SELECT
        line,
        CASE
            WHEN known.name <> row.name THEN 'name'
            WHEN known.size <> row.size THEN 'size'
            WHEN known.years_in_business IS DISTINCT FROM coalesce(row.years_in_business, known.years_in_business)
                THEN 'years_in_business'
            WHEN known.company_age IS DISTINCT FROM coalesce(row.company_age, known.company_age) THEN 'company_age'
            WHEN known.employees IS DISTINCT FROM coalesce(row.employees, known.employees) THEN 'employees'
            WHEN known.advertising_agency <> row.advertising_agency THEN 'advertising_agency'
            WHEN known.street <> row.street THEN 'street'
            WHEN known.city <> row.city THEN 'city'
            WHEN known.state <> row.state THEN 'state'
            WHEN known.postal_code <> row.postal_code THEN 'postal_code'
            WHEN known.relationship_ended_on
                IS DISTINCT FROM coalesce(row.relationship_ended_on, known.relationship_ended_on)
                THEN 'relationship_ended_on'
        END AS differing
    FROM staged_row AS row
    JOIN staged_organization USING (line)
    JOIN records_organization AS known USING (id)
) AS compared
WHERE differing IS NOT NULL
