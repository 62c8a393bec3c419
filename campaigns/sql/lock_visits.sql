-- One commit at a time takes events of a visit, so that two cannot speak for the same stretch of it. In one order: two
-- commits that share visits wait, not deadlock.
SELECT pg_advisory_xact_lock(key)
FROM (SELECT DISTINCT hashtextextended(visit, 0) AS key FROM unnest(%(visits)s) AS visit ORDER BY key) AS visits
