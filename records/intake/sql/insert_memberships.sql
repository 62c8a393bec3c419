-- Memberships that are known are compared, not inserted: from before, or from an earlier row of this chunk. Nobody is
-- a member of a list twice at a time. Relies on list_membership_open_once and list_membership_of_customer.
DROP TABLE IF EXISTS pg_temp.staged_membership;
CREATE TEMPORARY TABLE staged_membership ON COMMIT DROP AS
SELECT
    row.line, named.id AS mailing_list_id, person.customer_id, row.since, row.until,
    row_number() OVER (PARTITION BY named.id, person.customer_id, row.since ORDER BY row.line) > 1
        OR row.until IS NULL
            AND row_number() OVER (PARTITION BY named.id, person.customer_id, row.until ORDER BY row.line) > 1
        OR EXISTS (
            SELECT FROM records_listmembership AS known
            WHERE known.mailing_list_id = named.id AND known.customer_id = person.customer_id
                AND (known.since = row.since OR known.until IS NULL AND row.until IS NULL)
        ) AS is_known
FROM staged_row AS row
JOIN staged_person AS person USING (line)
JOIN named_list AS named USING (list)
WHERE line NOT IN (SELECT line FROM staged_reject);

INSERT INTO staged_reject (line, field, reason)
SELECT line, 'list', 'must not be joined: this person asked to be left out on ' || suppressed_row.since
FROM staged_membership JOIN suppressed_row USING (line)
WHERE NOT is_known;

INSERT INTO records_listmembership (
    key, mailing_list_id, customer_id, address, since, until, end_reason, source, location, source_import_id, created_at
)
SELECT
    gen_random_uuid(), mailing_list_id, customer_id, coalesce(address, ''), row.since, row.until,
    coalesce(end_reason, ''), %(source)s, %(location)s, %(import)s, now()
FROM staged_membership
JOIN staged_row AS row USING (line)
WHERE NOT is_known AND line NOT IN (SELECT line FROM staged_reject)
