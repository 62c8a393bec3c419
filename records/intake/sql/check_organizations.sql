-- What cannot be stored is said before anything is.
INSERT INTO staged_reject (line, field, reason)
SELECT line, 'name', 'is the name of more than one organization: give its number'
FROM staged_row AS row
WHERE number IS NULL AND (SELECT count(*) FROM records_organization WHERE name = row.name) > 1;

INSERT INTO staged_reject (line, field, reason)
SELECT line, 'contract_starts_on', 'is needed for a contract'
FROM staged_row
WHERE contract_award_number IS NOT NULL AND contract_starts_on IS NULL;

INSERT INTO staged_reject (line, field, reason)
SELECT line, 'contract_award_number', 'is needed for a contract'
FROM staged_row
WHERE contract_award_number IS NULL AND coalesce(contract_starts_on, contract_ends_on) IS NOT NULL;

INSERT INTO staged_reject (line, field, reason)
SELECT line, 'contract_ends_on', 'is before the contract starts'
FROM staged_row
WHERE contract_ends_on < contract_starts_on;

-- An award number is one contract of one organization, in the file and in what is known.
-- Relies on the unique index of records_suppliercontract (award_number).
WITH given AS (
    SELECT line, number, name, contract_award_number AS award, contract_starts_on AS starts, contract_ends_on AS ends
    FROM staged_row
    WHERE contract_award_number IS NOT NULL
),
known AS (
    SELECT contract.award_number AS award, organization.number, organization.name, starts_on AS starts, ends_on AS ends
    FROM records_suppliercontract AS contract
    JOIN records_organization AS organization ON organization.id = contract.organization_id
    WHERE contract.award_number IN (SELECT award FROM given)
),
first AS (
    SELECT * FROM known
    UNION ALL
    (SELECT DISTINCT ON (award) award, number, name, starts, ends
    FROM given
    WHERE award NOT IN (SELECT award FROM known)
    ORDER BY award, line)
)
INSERT INTO staged_reject (line, field, reason)
SELECT line, 'contract_award_number', 'is the number of another contract'
FROM given
JOIN first USING (award)
WHERE (given.number, given.starts, given.ends) IS DISTINCT FROM (first.number, first.starts, first.ends)
    OR (given.number IS NULL AND given.name <> first.name);

-- Rows that bring an organization nobody knows, the first of each, with the key that it gets.
-- Relies on the unique index of records_organization (number).
DROP TABLE IF EXISTS pg_temp.new_organization;
CREATE TEMPORARY TABLE new_organization ON COMMIT DROP AS
SELECT DISTINCT ON (number, CASE WHEN number IS NULL THEN name END) line, gen_random_uuid() AS key
FROM staged_row AS row
WHERE line NOT IN (SELECT line FROM staged_reject)
    AND NOT EXISTS (SELECT FROM records_organization AS known WHERE known.number = row.number)
    AND NOT (row.number IS NULL AND EXISTS (SELECT FROM records_organization AS known WHERE known.name = row.name))
ORDER BY number, CASE WHEN number IS NULL THEN name END, line
