-- What people looked at today through the shares of one member of staff: who and which material, the latest first, with
-- the visits of the day. Whoever looked at all today is found by the rollup, what of it came through these shares in
-- the log; of more than 500 who looked, the latest.
-- What was judged anew is found by its viewers and is a set that each event is looked up in (so IS TRUE): somebody may
-- have done 100,000 things today.
-- Relies on share_of_sender, on the key of analytics_viewermaterial (viewer, material), and on the keys of the log and of
-- the judgements, which begin with viewer_id and time.
WITH looked AS MATERIALIZED (
    SELECT shared.recipient_id, shared.material_id
    FROM (
        SELECT DISTINCT recipient_id, material_id FROM campaigns_share WHERE sender_id = %(sender)s
    ) AS shared
    JOIN analytics_viewermaterial AS reading
        ON reading.viewer_id = shared.recipient_id AND reading.material_id = shared.material_id
    WHERE reading.last_at >= %(begin)s AND reading.views > 0
    ORDER BY reading.last_at DESC
    LIMIT 500
),
judged AS MATERIALIZED (
    SELECT DISTINCT ON (viewer_id, occurred_at, id, series)
        viewer_id, occurred_at, id, series, verdict IN ('human', 'unknown') AS is_human
    FROM (SELECT DISTINCT recipient_id FROM looked) AS viewer
    CROSS JOIN LATERAL (
        SELECT * FROM campaigns_judgement WHERE viewer_id = viewer.recipient_id AND occurred_at >= %(begin)s
    ) AS judgement
    ORDER BY viewer_id, occurred_at, id, series, nth DESC
)
SELECT looked.recipient_id, looked.material_id, today.last_at, today.visits, count(*) OVER () AS in_all
FROM looked
CROSS JOIN LATERAL (
    SELECT max(last_at) AS last_at, count(*) AS visits
    FROM (
        SELECT coalesce(event.visit_id, event.id) AS visit, max(event.occurred_at) AS last_at
        FROM campaigns_event AS event
        JOIN campaigns_share AS share ON share.id = event.share_id AND share.sender_id = %(sender)s
        WHERE event.viewer_id = looked.recipient_id AND event.occurred_at >= %(begin)s
            AND event.material_id = looked.material_id AND event.kind IN ('visit', 'view', 'page')
            AND CASE
                WHEN ((viewer_id, occurred_at, event.id, series) IN (
                    SELECT viewer_id, occurred_at, id, series FROM judged WHERE NOT is_human
                )) IS TRUE THEN false
                WHEN event.verdict IN ('human', 'unknown') THEN true
                ELSE (viewer_id, occurred_at, event.id, series) IN (
                    SELECT viewer_id, occurred_at, id, series FROM judged WHERE is_human
                )
            END
        GROUP BY visit
    ) AS visit
) AS today
WHERE today.visits > 0
ORDER BY today.last_at DESC, looked.recipient_id, looked.material_id
LIMIT %(limit)s
