-- The visits that these batches are about, by their events or by what is judged anew, through shares whose senders
-- want to know: each with the first moment at which a person did something in it, none where nobody did.
-- Relies on campaigns_event_batch within the partitions of the batches' span, on the judgements' index by batch,
-- on the log's key, which begins with viewer_id, and on campaigns_event_forwarded for negative viewers.
WITH touched AS (
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
)
SELECT share.sender_id, share.key, touched.visit_id, seen.at
FROM touched
JOIN campaigns_share AS share ON share.id = touched.share_id
    AND share.notifies_sender AND share.sender_id IS NOT NULL
CROSS JOIN LATERAL (
    SELECT min(occurred_at) AS at
    FROM (
        SELECT occurred_at, kind, verdict, visit_id FROM {log} AS known
        WHERE known.viewer_id = share.recipient_id AND known.share_id = share.id
        UNION ALL
        SELECT occurred_at, kind, verdict, visit_id FROM {log} AS forwarded
        WHERE forwarded.viewer_id < 0 AND forwarded.share_id = share.id
    ) AS event
    WHERE event.visit_id = touched.visit_id AND event.verdict = 'human' AND event.kind IN ('visit', 'view', 'page')
) AS seen
WHERE seen.at IS NULL OR share.revoked_at IS NULL
