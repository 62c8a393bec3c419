-- An outcome with an amount needs it, unless the mapping says that a missing one is unknown; without the outcome
-- there is nothing that the amount could be of.
INSERT INTO staged_reject (line, field, reason)
SELECT line, '{amount}', CASE WHEN {happened} THEN 'is empty' ELSE 'is an amount of something that did not happen' END
FROM staged_row
WHERE ({happened} AND {amount} IS NULL AND {missing}) OR (NOT {happened} AND {amount} <> 0)
