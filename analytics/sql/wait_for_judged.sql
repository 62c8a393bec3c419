-- Waits for folds under way of the batches whose events these judgements are about, and keeps others from starting:
-- what such a fold read of an event may be older than its judgement, and would be written after this one's.
-- Relies on the judgements' index by batch and on the log's key.
SELECT count(*)
FROM (
    SELECT id
    FROM campaigns_eventbatch
    WHERE folded_at IS NULL AND id <> ALL(%(batches)s) AND id IN (
        SELECT event.batch_id
        FROM campaigns_judgement AS judgement
        JOIN campaigns_event AS event USING (viewer_id, occurred_at, id, series)
        WHERE judgement.batch_id = ANY(%(batches)s)
    )
    ORDER BY id
    FOR KEY SHARE
) AS awaited
