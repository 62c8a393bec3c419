-- Memberships that are known: the same details are already there, others are a reject that names the first column.
-- Only what the file has a column for is compared.
DROP TABLE IF EXISTS pg_temp.known_row;
CREATE TEMPORARY TABLE known_row ON COMMIT DROP AS
SELECT staged.line, known.source_import_id, known.id
FROM staged_membership AS staged
LEFT JOIN records_listmembership AS known USING (mailing_list_id, customer_id, since)
WHERE is_known;

INSERT INTO staged_reject (line, field, reason)
SELECT line, 'since', 'differs: this customer is a member of the list already, since another day'
FROM known_row WHERE id IS NULL;

INSERT INTO staged_reject (line, field, reason)
SELECT
    line, differing,
    CASE
        WHEN differing = 'until' AND is_open THEN 'is there, and here the membership goes on: end it on the list''s page'
        ELSE 'differs from what is known of this membership'
    END
FROM (
    SELECT
        line, known.until IS NULL AS is_open,
        CASE
            WHEN 'until' = ANY(%(given)s) AND known.until IS DISTINCT FROM row.until THEN 'until'
            WHEN 'end_reason' = ANY(%(given)s) AND known.end_reason <> coalesce(row.end_reason, '') THEN 'end_reason'
            WHEN 'address' = ANY(%(given)s) AND known.address <> coalesce(row.address, '') THEN 'address'
        END AS differing
    FROM known_row
    JOIN staged_row AS row USING (line)
    JOIN records_listmembership AS known USING (id)
) AS compared
WHERE differing IS NOT NULL
