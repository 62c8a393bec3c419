-- One append or rerun at a time judges a viewer, so that a burst in two requests at once is seen by the later. Viewers
-- share 256 locks, taken in one order: two that need several wait, not deadlock, and a large import takes no more.
SELECT pg_advisory_xact_lock(hashtext('campaigns.verdicts'), bucket)
FROM (SELECT DISTINCT mod(abs(viewer_id), 256)::integer AS bucket FROM {source} AS judged ORDER BY bucket) AS wanted
