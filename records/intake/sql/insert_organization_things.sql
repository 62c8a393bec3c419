-- Facts, codes, identifiers and contracts that nobody knows yet; each with the first line that tells of it.
DROP TABLE IF EXISTS pg_temp.new_fact, pg_temp.new_code, pg_temp.new_identifier, pg_temp.new_contract;

CREATE TEMPORARY TABLE new_fact ON COMMIT DROP AS
SELECT DISTINCT ON (organization.id, kind, value) line, organization.id, kind, value
FROM staged_row AS row
JOIN staged_organization AS organization USING (line)
CROSS JOIN LATERAL (
    VALUES ('site', sites), ('location', locations), ('url', urls), ('usps product', usps_products),
        ('competitor product', competitor_products), ('customers served', customers_served), ('equipment', equipment),
        ('service', services)
) AS given (kind, cell)
CROSS JOIN LATERAL unnest(string_to_array(cell, E'\x1f')) AS each (value)
WHERE line NOT IN (SELECT line FROM staged_reject)
    AND NOT EXISTS (
        SELECT FROM records_businessfact AS known
        WHERE known.organization_id = organization.id AND known.kind = given.kind AND known.value = each.value
    )
ORDER BY organization.id, kind, value, line;

INSERT INTO records_businessfact (key, organization_id, kind, value, source, location, source_import_id, created_at)
SELECT gen_random_uuid(), id, kind, value, %(source)s, %(location)s, %(import)s, now() FROM new_fact;

CREATE TEMPORARY TABLE new_code ON COMMIT DROP AS
SELECT DISTINCT ON (organization.id, system, code) line, organization.id, system, code
FROM staged_row AS row
JOIN staged_organization AS organization USING (line)
CROSS JOIN LATERAL (VALUES ('SIC', sic), ('NAICS', naics)) AS given (system, cell)
CROSS JOIN LATERAL unnest(string_to_array(cell, E'\x1f')) AS each (code)
WHERE line NOT IN (SELECT line FROM staged_reject)
    AND NOT EXISTS (
        SELECT FROM records_industrycode AS known
        WHERE known.organization_id = organization.id AND known.system = given.system AND known.code = each.code
    )
ORDER BY organization.id, system, code, line;

INSERT INTO records_industrycode (key, organization_id, system, code, source, location, source_import_id, created_at)
SELECT gen_random_uuid(), id, system, code, %(source)s, %(location)s, %(import)s, now() FROM new_code;

CREATE TEMPORARY TABLE new_identifier ON COMMIT DROP AS
SELECT DISTINCT ON (organization.id, value) line, organization.id, value
FROM staged_row AS row
JOIN staged_organization AS organization USING (line)
CROSS JOIN LATERAL unnest(string_to_array(duns, E'\x1f')) AS each (value)
WHERE line NOT IN (SELECT line FROM staged_reject)
    AND NOT EXISTS (
        SELECT FROM records_identifier AS known
        WHERE known.organization_id = organization.id AND known.kind = 'duns' AND known.value = each.value
    )
ORDER BY organization.id, value, line;

INSERT INTO records_identifier (key, organization_id, kind, value, source, location, source_import_id, created_at)
SELECT gen_random_uuid(), id, 'duns', value, %(source)s, %(location)s, %(import)s, now() FROM new_identifier;

CREATE TEMPORARY TABLE new_contract ON COMMIT DROP AS
SELECT DISTINCT ON (contract_award_number) line, organization.id, organization.key AS subject, gen_random_uuid() AS key
FROM staged_row AS row
JOIN staged_organization AS organization USING (line)
WHERE contract_award_number IS NOT NULL AND line NOT IN (SELECT line FROM staged_reject)
    AND NOT EXISTS (SELECT FROM records_suppliercontract WHERE award_number = row.contract_award_number)
ORDER BY contract_award_number, line;

INSERT INTO records_suppliercontract (
    key, organization_id, award_number, starts_on, ends_on, products, source, location, source_import_id, created_at
)
SELECT
    key, id, contract_award_number, contract_starts_on, contract_ends_on, coalesce(contract_products, ''),
    %(source)s, %(location)s, %(import)s, now()
FROM new_contract
JOIN staged_row USING (line)
