-- Rows with an address that must be left out: of their list, or of all lists.
-- Relies on the unique key of records_suppression (kind, value_hash, mailing_list).
DROP TABLE IF EXISTS pg_temp.suppressed_row;
CREATE TEMPORARY TABLE suppressed_row ON COMMIT DROP AS
SELECT line, min(suppression.since AT TIME ZONE %(time_zone)s)::date AS since
FROM staged_address AS given
JOIN hashed_address USING (kind, value)
JOIN staged_row AS row USING (line)
JOIN named_list USING (list)
JOIN records_suppression AS suppression USING (kind, value_hash)
WHERE suppression.mailing_list_id IS NULL OR suppression.mailing_list_id = named_list.id
GROUP BY line
