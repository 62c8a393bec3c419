-- The leaves of one source within a stretch of positions whose row is gone or no longer says what was sealed. Relies on
-- the leaves' primary key and on the table's own.
SELECT leaf.position, leaf.source, leaf.at, leaf.row, leaf.number, leaf.part, leaf.salt, leaf.hash,
    CASE WHEN found.{column} IS NOT NULL THEN {words} END AS words
FROM privacy_ledgerleaf AS leaf
LEFT JOIN {table} AS found ON {match}
WHERE leaf.position >= %(first)s AND leaf.position < %(end)s AND leaf.source = {source}
    AND sha256(leaf.salt || int8send(leaf.position) || {words}) IS DISTINCT FROM leaf.hash
ORDER BY leaf.position
