-- One append or rerun at a time judges a viewer, so that a burst in two requests at once is seen by the later. Few viewers
-- are locked each by themselves, under a share of the lock of their bucket; a large import locks whole buckets, of which
-- there are 256, so that it takes no more locks. All take buckets first and each kind in one order: two wait, not deadlock.
-- One statement, as a plan is kept of it: CASE has the buckets' locks taken before it looks for a viewer's.
WITH viewers AS MATERIALIZED (SELECT DISTINCT viewer_id FROM {source} AS judged),
buckets AS (
    SELECT DISTINCT mod(abs(viewer_id), 256)::integer AS bucket, (SELECT count(*) FROM viewers) <= {few} AS is_few
    FROM viewers
    ORDER BY bucket
),
locked AS MATERIALIZED (
    SELECT CASE
        WHEN is_few THEN pg_advisory_xact_lock_shared(hashtext('campaigns.verdicts'), bucket)
        ELSE pg_advisory_xact_lock(hashtext('campaigns.verdicts'), bucket)
    END
    FROM buckets
)
SELECT pg_advisory_xact_lock(hashint8extended(viewer_id, hashtext('campaigns.verdicts')))
FROM (
    SELECT viewer_id
    FROM viewers
    WHERE CASE WHEN (SELECT count(*) FROM locked) > 0 THEN (SELECT count(*) FROM viewers) <= {few} END
    ORDER BY viewer_id
) AS few
