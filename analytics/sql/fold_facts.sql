-- What the claimed batches hold, one row an event or assignment, with each measure as a column to be summed.
-- Counts of people leave scanners, previews and colleagues out; raw_... counts everything. No batches named: all.
-- Relies on campaigns_event_batch (BRIN) within the partitions of the batches' span, and campaigns_assignment's batch.
DROP TABLE IF EXISTS pg_temp.fold_facts;
CREATE TEMPORARY TABLE fold_facts ON COMMIT DROP AS
SELECT
    campaign_id, variant_id, viewer_id, material_id,
    (occurred_at AT TIME ZONE %(time_zone)s)::date AS day,
    CASE WHEN human AND kind NOT IN ('shared', 'delivered') THEN occurred_at END AS seen_at,
    1 AS facts,
    0 AS recipients,
    (kind = 'shared')::int AS shares,
    (kind = 'delivered')::int AS deliveries,
    (kind = 'visit' AND human)::int AS visits,
    (kind = 'visit')::int AS raw_visits,
    (kind = 'view' AND human)::int AS views,
    (kind = 'view')::int AS raw_views,
    (kind = 'view' AND verdict = 'unknown')::int AS unsure_views,
    CASE WHEN human THEN coalesce(dwell_ms, 0) ELSE 0 END AS dwell_ms,
    (kind = 'response' AND human)::int AS responses,
    (kind = 'conversion' AND human)::int AS conversions,
    CASE WHEN human THEN coalesce(amount, 0) ELSE 0 END AS revenue,
    (amount_unknown AND human)::int AS unknown_amounts
FROM (
    SELECT *, verdict IN ('human', 'unknown') AS human
    FROM campaigns_event
    WHERE %(batches)s::bigint[] IS NULL
        OR (
            batch_id = ANY(%(batches)s::bigint[]) AND series IN ('insight', 'promotion')
            AND occurred_at BETWEEN %(first_at)s AND %(last_at)s
        )
) AS event
UNION ALL
SELECT
    campaign_id, variant_id, viewer_id, NULL, (assigned_at AT TIME ZONE %(time_zone)s)::date, NULL,
    1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM campaigns_assignment
WHERE %(batches)s::bigint[] IS NULL OR batch_id = ANY(%(batches)s::bigint[])
