-- The viewers whose events the rule looks at (find_suspects). Kept by the connection, emptied with each transaction.
CREATE TEMPORARY TABLE IF NOT EXISTS suspect (viewer_id bigint NOT NULL) ON COMMIT DELETE ROWS;
DELETE FROM suspect
