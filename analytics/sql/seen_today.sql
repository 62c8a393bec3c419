-- What people looked at today through the shares of one member of staff: who and which material, the latest first, with
-- the visits of the day. Whoever looked at all today is found by the rollup, what of it came through these shares in
-- the log; of more than 500 who looked, the latest.
-- Relies on share_of_sender, on the key of analytics_viewermaterial (viewer, material), and on the log's key, which
-- begins with viewer_id and time.
WITH looked AS (
    SELECT shared.recipient_id, shared.material_id
    FROM (
        SELECT DISTINCT recipient_id, material_id FROM campaigns_share WHERE sender_id = %(sender)s
    ) AS shared
    JOIN analytics_viewermaterial AS reading
        ON reading.viewer_id = shared.recipient_id AND reading.material_id = shared.material_id
    WHERE reading.last_at >= %(begin)s AND reading.views > 0
    ORDER BY reading.last_at DESC
    LIMIT 500
)
SELECT looked.recipient_id, looked.material_id, today.last_at, today.visits, count(*) OVER () AS in_all
FROM looked
CROSS JOIN LATERAL (
    SELECT max(event.occurred_at) AS last_at, count(DISTINCT coalesce(event.visit_id, event.id)) AS visits
    FROM {log} AS event
    JOIN campaigns_share AS share ON share.id = event.share_id AND share.sender_id = %(sender)s
    WHERE event.viewer_id = looked.recipient_id AND event.occurred_at >= %(begin)s
        AND event.material_id = looked.material_id AND event.kind IN ('visit', 'view', 'page')
        AND event.verdict IN ('human', 'unknown')
) AS today
WHERE today.visits > 0
ORDER BY today.last_at DESC, looked.recipient_id, looked.material_id
LIMIT %(limit)s
