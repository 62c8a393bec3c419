-- Relies on the judgements' key, which begins with the event's.
DELETE FROM campaigns_judgement AS judgement
USING leaving_event AS leaving
WHERE judgement.viewer_id = leaving.viewer_id AND judgement.occurred_at = leaving.occurred_at
    AND judgement.id = leaving.id AND judgement.series = leaving.series
