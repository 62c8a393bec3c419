-- Relies on the log's key.
DELETE FROM campaigns_event AS event
USING leaving_event AS leaving
WHERE event.viewer_id = leaving.viewer_id AND event.occurred_at = leaving.occurred_at
    AND event.id = leaving.id AND event.series = leaving.series
