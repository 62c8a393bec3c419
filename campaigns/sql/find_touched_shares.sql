-- The shares that staged events came through, and those of earlier events that a batch judges anew.
-- Relies on the judgements' index by batch and on the log's key. What was shared is on no page before it is committed.
SELECT share_id FROM staged_event WHERE share_id IS NOT NULL AND kind <> 'shared'
UNION
SELECT event.share_id
FROM campaigns_judgement AS judgement
JOIN campaigns_event AS event USING (viewer_id, occurred_at, id, series)
WHERE %(has_judgements)s AND judgement.batch_id = %(batch)s AND event.share_id IS NOT NULL
LIMIT %(limit)s
