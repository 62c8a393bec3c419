-- The same of the batches' assignments (sql/fold_facts.sql). Relies on the assignments' index by batch.
SELECT
    campaign_id, variant_id, viewer_id, NULL, NULL, NULL, campaign_id, NULL, NULL,
    (assigned_at AT TIME ZONE %(time_zone)s)::date, NULL, false, NULL, NULL, false, {sign}, {sign}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0
FROM campaigns_assignment
WHERE batch_id = ANY(%(batches)s::bigint[])
