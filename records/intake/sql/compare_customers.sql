-- Rows with a known number: the same details are already there, others are a reject that names the first column.
-- Only what the file has a column for is compared. Returns how many are already there.
WITH compared AS (
    SELECT
        row.line, customer.source_import_id,
        CASE
            WHEN customer.name <> row.name THEN 'name'
            WHEN 'email' = ANY(%(given)s) AND customer.email <> coalesce(row.email, '') THEN 'email'
            WHEN 'phone' = ANY(%(given)s) AND customer.phone <> coalesce(row.phone, '') THEN 'phone'
            WHEN 'street' = ANY(%(given)s) AND customer.street <> coalesce(row.street, '') THEN 'street'
            WHEN 'city' = ANY(%(given)s) AND customer.city <> coalesce(row.city, '') THEN 'city'
            WHEN 'state' = ANY(%(given)s) AND customer.state <> coalesce(row.state, '') THEN 'state'
            WHEN 'postal_code' = ANY(%(given)s) AND customer.postal_code <> coalesce(row.postal_code, '')
                THEN 'postal_code'
            WHEN 'job_title' = ANY(%(given)s) AND customer.job_title <> coalesce(row.job_title, '') THEN 'job_title'
            WHEN 'job_description' = ANY(%(given)s) AND customer.job_description <> coalesce(row.job_description, '')
                THEN 'job_description'
            WHEN 'role' = ANY(%(given)s) AND customer.role <> coalesce(row.role, '') THEN 'role'
            WHEN 'level' = ANY(%(given)s) AND customer.level <> coalesce(row.level, '') THEN 'level'
            WHEN 'age' = ANY(%(given)s) AND customer.age IS DISTINCT FROM row.age THEN 'age'
            WHEN 'organization_number' = ANY(%(given)s) AND customer.organization_id IS DISTINCT FROM organization.id
                THEN 'organization_number'
            WHEN 'organization' = ANY(%(given)s) AND customer.organization_id IS DISTINCT FROM organization.id
                THEN 'organization'
            WHEN 'territory' = ANY(%(given)s) AND customer.territory_id IS DISTINCT FROM territory.id THEN 'territory'
            WHEN 'customer_since' = ANY(%(given)s) AND customer.customer_since IS DISTINCT FROM row.customer_since
                THEN 'customer_since'
        END AS differing
    FROM known_row
    JOIN staged_row AS row USING (line)
    JOIN records_customer AS customer ON customer.number = row.number
    LEFT JOIN staged_organization AS organization USING (line)
    LEFT JOIN records_territory AS territory ON territory.code = row.territory
    WHERE line NOT IN (SELECT line FROM staged_reject)
),
different AS (
    INSERT INTO staged_reject (line, field, reason)
    SELECT line, differing, 'differs from what is known of the customer with this number'
    FROM compared
    WHERE differing IS NOT NULL
),
overlap AS (
    INSERT INTO records_importoverlap (later_id, earlier_id, rows)
    SELECT %(import)s, source_import_id, count(*)
    FROM compared
    WHERE differing IS NULL AND source_import_id <> %(import)s
    GROUP BY source_import_id
    ON CONFLICT (later_id, earlier_id) DO UPDATE SET rows = records_importoverlap.rows + excluded.rows
)
SELECT count(*) FROM compared WHERE differing IS NULL
