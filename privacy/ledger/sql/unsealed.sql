-- Rows of a table that neither have a seal nor wait for one: put there past the program. Relies on the table's primary
-- key, leaf_of_logged and leaf_of_numbered.
SELECT {key}
FROM {table} AS found
WHERE NOT EXISTS (SELECT FROM privacy_ledgerleaf AS leaf WHERE leaf.source = {source} AND {match_leaf})
    AND NOT EXISTS (SELECT FROM privacy_ledgerwaiting AS waiting WHERE waiting.source = {source} AND {match_waiting})
LIMIT %(most)s
