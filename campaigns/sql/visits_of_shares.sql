-- Each visit through these shares, with how many of its events are by people as the verdicts stand now. Whoever is known
-- stands in the log under the share's recipient, whoever is not under a negative viewer of the visit.
-- Every event is read once and by its first verdict; what was judged anew is added to the sums of its visit with signs,
-- as the fold does. To look for that visit by visit instead of event by event halves the time of a share with very many.
-- Relies on the log's key, which begins with viewer_id, on campaigns_event_forwarded (share, time) for the negative, and
-- on the judgements' key, which begins with the event's.
WITH done AS MATERIALIZED (
    SELECT
        share_id, viewer_id, visit, min(occurred_at) AS began_at, max(occurred_at) AS ended_at,
        count(*) FILTER (WHERE verdict = 'human')::int AS human, count(*) FILTER (WHERE verdict = 'unknown')::int AS unknown,
        count(*) FILTER (WHERE kind = 'view')::int AS views, sum(dwell_ms) AS dwell_ms
    FROM (
        SELECT known.share_id, viewer_id, coalesce(visit_id, id) AS visit, occurred_at, kind, verdict, dwell_ms
        FROM (
            -- What somebody did is read once, however many of these shares they got.
            SELECT recipient_id, array_agg(share_id) AS shares
            FROM unnest(%(shares)s::bigint[], %(recipients)s::bigint[]) AS asked (share_id, recipient_id)
            GROUP BY recipient_id
        ) AS asked
        JOIN campaigns_event AS known ON known.viewer_id = asked.recipient_id AND known.share_id = ANY(asked.shares)
        WHERE kind NOT IN ('shared', 'delivered')
        UNION ALL
        SELECT share_id, viewer_id, coalesce(visit_id, id), occurred_at, kind, verdict, dwell_ms
        FROM campaigns_event
        WHERE viewer_id < 0 AND share_id = ANY(%(shares)s::bigint[]) AND kind NOT IN ('shared', 'delivered')
    ) AS event
    GROUP BY share_id, viewer_id, visit
),
visits AS (
    SELECT
        share_id, visit, min(began_at) AS began_at, sum(human) AS human, sum(unknown) AS unknown,
        coalesce(sum(views), 0) AS views, coalesce(sum(dwell_ms), 0) AS dwell_ms
    FROM (
        SELECT share_id, visit, began_at, human, unknown, views, dwell_ms FROM done
        UNION ALL
        SELECT done.share_id, done.visit, NULL, changed.human, changed.unknown, NULL, NULL
        FROM done
        CROSS JOIN LATERAL (
            SELECT
                (judgement.verdict = 'human')::int - (judgement.verdict_before = 'human')::int AS human,
                (judgement.verdict = 'unknown')::int - (judgement.verdict_before = 'unknown')::int AS unknown
            FROM campaigns_judgement AS judgement
            JOIN campaigns_event AS event USING (viewer_id, occurred_at, id, series)
            WHERE judgement.viewer_id = done.viewer_id AND occurred_at BETWEEN done.began_at AND done.ended_at
                AND event.share_id = done.share_id AND coalesce(event.visit_id, event.id) = done.visit
                AND event.kind NOT IN ('shared', 'delivered')
            OFFSET 0  -- one look for each visit: a join as a whole would set all of a viewer's against each other
        ) AS changed
    ) AS part
    GROUP BY share_id, visit
)
