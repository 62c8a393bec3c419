-- Organizations that new customers name and nobody knows: by number where there is one, else by name.
INSERT INTO records_organization (number, name, source_import_id, created_at)
SELECT DISTINCT ON (organization_number)
    organization_number, coalesce(organization, organization_number), %(import)s, now()
FROM staged_row AS row
WHERE organization_number IS NOT NULL
    AND line NOT IN (SELECT line FROM known_row) AND line NOT IN (SELECT line FROM staged_reject)
    AND NOT EXISTS (SELECT FROM records_organization WHERE number = row.organization_number)
ORDER BY organization_number, line;

INSERT INTO records_organization (name, source_import_id, created_at)
SELECT DISTINCT organization, %(import)s::bigint, now()
FROM staged_row AS row
WHERE organization_number IS NULL AND organization IS NOT NULL
    AND line NOT IN (SELECT line FROM known_row) AND line NOT IN (SELECT line FROM staged_reject)
    AND NOT EXISTS (SELECT FROM records_organization WHERE name = row.organization);

-- Which organization each pair of number and name means.
DROP TABLE IF EXISTS pg_temp.staged_organization;
CREATE TEMPORARY TABLE staged_organization ON COMMIT DROP AS
WITH given AS (
    SELECT DISTINCT organization_number AS number, organization AS name
    FROM staged_row
    WHERE organization_number IS NOT NULL OR organization IS NOT NULL
)
SELECT given.number, given.name, organization.id, 1 AS matches, organization.name IS DISTINCT FROM given.name AS renamed
FROM given
JOIN records_organization AS organization USING (number)
UNION ALL
SELECT NULL, given.name, min(organization.id), count(*), false
FROM given
JOIN records_organization AS organization USING (name)
WHERE given.number IS NULL
GROUP BY given.name;

INSERT INTO staged_reject (line, field, reason)
SELECT
    row.line, 'organization',
    CASE
        WHEN matches > 1 THEN 'is the name of more than one organization: give its number'
        ELSE 'is not the name of the organization with this number'
    END
FROM staged_row AS row
JOIN staged_organization AS organization
    ON organization.number IS NOT DISTINCT FROM row.organization_number
    AND organization.name IS NOT DISTINCT FROM row.organization
WHERE matches > 1 OR (renamed AND row.organization IS NOT NULL)
