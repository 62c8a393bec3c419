-- Who has left a list by this chunk is left out of it from now on, by each address of theirs.
INSERT INTO records_suppression (kind, value_hash, mailing_list_id, since, reason)
SELECT DISTINCT kind, value_hash, mailing_list_id, now(), %(reason)s
FROM staged_membership
JOIN staged_address USING (line)
JOIN hashed_address USING (kind, value)
WHERE until IS NOT NULL AND NOT is_known AND line NOT IN (SELECT line FROM staged_reject)
ON CONFLICT (kind, value_hash, mailing_list_id) DO NOTHING
