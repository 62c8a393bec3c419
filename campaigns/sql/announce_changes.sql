-- Visits through shares of which these batches say another verdict than before.
-- Relies on the judgements' index by batch and on the log's key.
SELECT
    share.key, event.visit_id, judgement.verdict_before::text, judgement.verdict::text, count(*),
    max(judgement.judged_at)
FROM campaigns_judgement AS judgement
JOIN campaigns_event AS event USING (viewer_id, occurred_at, id, series)
JOIN campaigns_share AS share ON share.id = event.share_id
WHERE judgement.batch_id = ANY(%(batches)s) AND judgement.verdict_before <> judgement.verdict
    AND event.visit_id IS NOT NULL
GROUP BY share.key, event.visit_id, judgement.verdict_before, judgement.verdict
