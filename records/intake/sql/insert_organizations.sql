-- Organizations that new customers name and nobody knows: by number where there is one, else by name.
INSERT INTO records_organization (
    key, number, name, size, advertising_agency, street, city, state, postal_code, source, location, source_import_id,
    created_at
)
SELECT DISTINCT ON (organization_number)
    gen_random_uuid(), organization_number, coalesce(organization, organization_number), '', '', '', '', '', '',
    %(source)s, %(location)s, %(import)s, now()
FROM staged_row AS row
WHERE organization_number IS NOT NULL
    AND line NOT IN (SELECT line FROM known_row) AND line NOT IN (SELECT line FROM staged_reject)
    AND NOT EXISTS (SELECT FROM records_organization WHERE number = row.organization_number)
ORDER BY organization_number, line;

INSERT INTO records_organization (
    key, name, size, advertising_agency, street, city, state, postal_code, source, location, source_import_id, created_at
)
SELECT DISTINCT ON (organization)
    gen_random_uuid(), organization, '', '', '', '', '', '', %(source)s, %(location)s, %(import)s::bigint, now()
FROM staged_row AS row
WHERE organization_number IS NULL AND organization IS NOT NULL
    AND line NOT IN (SELECT line FROM known_row) AND line NOT IN (SELECT line FROM staged_reject)
    AND NOT EXISTS (SELECT FROM records_organization WHERE name = row.organization);

-- Which organization each row means.
DROP TABLE IF EXISTS pg_temp.staged_organization;
CREATE TEMPORARY TABLE staged_organization ON COMMIT DROP AS
WITH named AS (SELECT name, min(id) AS id, count(*) AS matches FROM records_organization GROUP BY name)
SELECT row.line, found.id, 1 AS matches, found.name <> row.organization AS renamed
FROM staged_row AS row
JOIN records_organization AS found ON found.number = row.organization_number
UNION ALL
SELECT row.line, named.id, matches, false
FROM staged_row AS row
JOIN named ON named.name = row.organization
WHERE row.organization_number IS NULL;

INSERT INTO staged_reject (line, field, reason)
SELECT
    line, 'organization',
    CASE
        WHEN matches > 1 THEN 'is the name of more than one organization: give its number'
        ELSE 'is not the name of the organization with this number'
    END
FROM staged_organization
WHERE matches > 1 OR renamed
