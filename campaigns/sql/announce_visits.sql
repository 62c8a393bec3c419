-- People's visits through shares in these batches, each with its first moment there. What came by a file is over.
-- Relies on campaigns_event_batch within the partitions of the batches' span.
SELECT share.key, event.visit_id, min(event.occurred_at)
FROM {log} AS event
JOIN campaigns_eventbatch AS batch ON batch.id = event.batch_id AND batch.source_import_id IS NULL
JOIN campaigns_share AS share ON share.id = event.share_id
WHERE event.batch_id = ANY(%(batches)s) AND event.series = 'insight'
    AND event.occurred_at BETWEEN %(first_at)s AND %(last_at)s
    AND event.kind IN ('visit', 'view', 'page') AND event.verdict = 'human' AND event.visit_id IS NOT NULL
GROUP BY share.key, event.visit_id
