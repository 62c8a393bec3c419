-- Assignments that are disposed of, as far as they were folded, as fold_facts.sql has them, with the sign by which they
-- are taken away.
DROP TABLE IF EXISTS pg_temp.fold_facts;
CREATE TEMPORARY TABLE fold_facts ON COMMIT DROP AS
SELECT
    campaign_id, variant_id, viewer_id, NULL::bigint AS material_id, NULL::smallint AS version,
    NULL::smallint AS page, campaign_id AS of_campaign, NULL::event_verdict AS verdict, NULL::event_reason AS reason,
    (assigned_at AT TIME ZONE %(time_zone)s)::date AS day, NULL::timestamptz AS seen_at, false AS moves_extremes,
    NULL::event_series AS series, NULL::date AS month, false AS is_engagement, -1 AS facts, -1 AS recipients, 0 AS shares, 0 AS deliveries, 0 AS visits, 0 AS raw_visits,
    0 AS views, 0 AS raw_views, 0 AS unsure_views, 0 AS reads, 0 AS dwell_ms, 0 AS responses, 0 AS conversions, 0::numeric AS revenue,
    0 AS unknown_amounts
FROM campaigns_assignment AS assignment
JOIN campaigns_eventbatch AS batch ON batch.id = assignment.batch_id AND batch.folded_at IS NOT NULL
WHERE assignment.id = ANY(%(assignments)s)
