-- The shares of earlier events that a batch judges anew, at most so many.
-- Relies on the judgements' index by batch and on the log's key.
SELECT DISTINCT event.share_id
FROM campaigns_judgement AS judgement
JOIN campaigns_event AS event USING (viewer_id, occurred_at, id, series)
WHERE judgement.batch_id = %(batch)s AND event.share_id IS NOT NULL
LIMIT %(limit)s
