-- What the log holds near some moments (viewer_id, occurred_at): 48 hours around, of the same viewers, of
-- which the 24 hours around are open to another verdict; those beyond are what these are judged by. Moments of a viewer
-- less than 96 hours apart share one look. Relies on the log's key (viewer_id, occurred_at, ...), within the partitions
-- of the span, and on the judgements' key, which begins with the event's: the size of the log does not matter.
SELECT
    event.viewer_id, event.occurred_at, event.id, event.series, event.kind, event.share_id, event.material_id,
    event.visit_id, event.signals, event.grade, coalesce(latest.verdict, event.verdict) AS verdict,
    coalesce(latest.reason, event.reason) AS reason, coalesce(latest.nth, 0::smallint) AS nth, false AS is_new,
    event.occurred_at BETWEEN island.first_at - interval '24 hours' AND island.last_at + interval '24 hours' AS is_open
FROM (
    SELECT viewer_id, min(occurred_at) AS first_at, max(occurred_at) AS last_at
    FROM (
        SELECT viewer_id, occurred_at, count(*) FILTER (WHERE is_apart) OVER moments AS island
        FROM (
            SELECT
                viewer_id, occurred_at,
                occurred_at - lag(occurred_at) OVER (PARTITION BY viewer_id ORDER BY occurred_at) > interval '96 hours'
                    AS is_apart
            FROM {source}
        ) AS moment
        WINDOW moments AS (PARTITION BY viewer_id ORDER BY occurred_at)
    ) AS numbered
    GROUP BY viewer_id, island
) AS island
CROSS JOIN LATERAL (
    SELECT *
    FROM {log} AS near
    WHERE viewer_id = island.viewer_id
        AND occurred_at BETWEEN island.first_at - interval '48 hours' AND island.last_at + interval '48 hours'
        AND signals & 32 = 0 AND kind NOT IN ('shared', 'delivered')
    OFFSET 0  -- Island by island, along the key: as a join PostgreSQL reads the months whole.
) AS event
LEFT JOIN LATERAL (
    SELECT judgement.verdict, judgement.reason, judgement.nth
    FROM campaigns_judgement AS judgement
    WHERE judgement.viewer_id = event.viewer_id AND judgement.occurred_at = event.occurred_at
        AND judgement.id = event.id AND judgement.series = event.series
    ORDER BY judgement.nth DESC
    LIMIT 1
) AS latest ON true
