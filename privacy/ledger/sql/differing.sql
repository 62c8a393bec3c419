-- The leaves within a stretch of positions whose row is gone or no longer says what was sealed: each row is looked up by
-- its key. Relies on the leaves' primary key and on each table's own.
WITH worded AS MATERIALIZED (
    SELECT leaf.*, {words} AS words
    FROM privacy_ledgerleaf AS leaf
    WHERE leaf.position >= %(first)s AND leaf.position < %(end)s
)
SELECT position, source, at, row, number, part, salt, hash, words
FROM worded
WHERE sha256(salt || int8send(position) || words) IS DISTINCT FROM hash
ORDER BY position
