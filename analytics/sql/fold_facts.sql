-- What is to be added to the rollups, one row an event or change of verdict, with each measure as a column to be summed.
-- The events come from another statement, with the sign each is counted by. Counts of people leave scanners, previews and
-- colleagues out; raw_... counts everything.
SELECT
    campaign_id, variant_id, viewer_id, material_id, version, CASE WHEN kind = 'page' THEN page END AS page,
    coalesce(campaign_id, 0) AS of_campaign, verdict, reason,
    (occurred_at AT TIME ZONE %(time_zone)s)::date AS day,
    CASE WHEN is_seen AND kind NOT IN ('shared', 'delivered') THEN occurred_at END AS seen_at,
    moves_extremes,
    series, date_trunc('month', occurred_at AT TIME ZONE 'UTC')::date AS month,
    kind NOT IN ('shared', 'delivered') AS is_engagement,
    sign AS facts,
    0 AS recipients,
    sign * (kind = 'shared')::int AS shares,
    sign * (kind = 'delivered')::int AS deliveries,
    sign * (kind = 'visit' AND human)::int AS visits,
    sign * (kind = 'visit')::int AS raw_visits,
    sign * (kind = 'view' AND human)::int AS views,
    sign * (kind = 'view')::int AS raw_views,
    sign * (kind = 'view' AND verdict = 'unknown')::int AS unsure_views,
    sign * (kind = 'page' AND human)::int AS reads,
    CASE WHEN human THEN sign * coalesce(dwell_ms, 0) ELSE 0 END AS dwell_ms,
    sign * (kind = 'response' AND human)::int AS responses,
    sign * (kind = 'conversion' AND human)::int AS conversions,
    CASE WHEN human THEN sign * coalesce(amount, 0) ELSE 0 END AS revenue,
    sign * (amount_unknown AND human)::int AS unknown_amounts
FROM (
    SELECT *, verdict IN ('human', 'unknown') AS human
    FROM (
{source}
    ) AS counted
) AS event
