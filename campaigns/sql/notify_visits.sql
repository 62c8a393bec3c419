-- The visits that these batches are about, by their events or by what is judged anew, through shares whose senders
-- want to know: each with the first moment at which a person did something in it, none where nobody did.
-- What came through a share is read once for all its visits together, else a share with very many is read that often.
-- Relies on campaigns_event_batch within the partitions of the batches' span, on the judgements' index by batch,
-- on the log's key, which begins with viewer_id, and on campaigns_event_forwarded for negative viewers.
WITH touched AS MATERIALIZED (
    SELECT share.id AS share_id, share.recipient_id, about.visit_id
    FROM (
        SELECT event.share_id, event.visit_id
        FROM {log} AS event
        JOIN campaigns_eventbatch AS batch ON batch.id = event.batch_id AND batch.source_import_id IS NULL
        WHERE event.batch_id = ANY(%(batches)s) AND event.series = 'insight'
            AND event.occurred_at BETWEEN %(first_at)s AND %(last_at)s
            AND event.kind IN ('visit', 'view', 'page') AND event.share_id IS NOT NULL AND event.visit_id IS NOT NULL
        UNION
        SELECT event.share_id, event.visit_id
        FROM campaigns_judgement AS judgement
        JOIN campaigns_event AS event USING (viewer_id, occurred_at, id, series)
        WHERE judgement.batch_id = ANY(%(batches)s) AND event.share_id IS NOT NULL AND event.visit_id IS NOT NULL
    ) AS about
    JOIN campaigns_share AS share ON share.id = about.share_id
        AND share.notifies_sender AND share.sender_id IS NOT NULL
),
-- IS TRUE: the visits are a set that each event is looked up in, never a list that is gone through for each.
done AS (
    SELECT event.*
    FROM (SELECT DISTINCT share_id, recipient_id FROM touched) AS share
    CROSS JOIN LATERAL (
        SELECT share_id, visit_id, occurred_at FROM {log} AS known
        WHERE known.viewer_id = share.recipient_id AND known.share_id = share.share_id
            AND ((share_id, visit_id) IN (SELECT share_id, visit_id FROM touched)) IS TRUE
            AND verdict = 'human' AND kind IN ('visit', 'view', 'page')
        UNION ALL
        SELECT share_id, visit_id, occurred_at FROM {log} AS forwarded
        WHERE forwarded.viewer_id < 0 AND forwarded.share_id = share.share_id
            AND ((share_id, visit_id) IN (SELECT share_id, visit_id FROM touched)) IS TRUE
            AND verdict = 'human' AND kind IN ('visit', 'view', 'page')
    ) AS event
)
SELECT share.sender_id, share.key, seen.visit_id, seen.at
FROM (
    SELECT share_id, visit_id, min(occurred_at) AS at
    FROM (
        SELECT share_id, visit_id, NULL::timestamptz AS occurred_at FROM touched
        UNION ALL
        SELECT share_id, visit_id, occurred_at FROM done
    ) AS part
    GROUP BY share_id, visit_id
) AS seen
JOIN campaigns_share AS share ON share.id = seen.share_id
WHERE seen.at IS NULL OR share.revoked_at IS NULL
