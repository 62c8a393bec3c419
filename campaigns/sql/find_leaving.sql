-- The events that these batches take with them. Relies on campaigns_event_batch within the batches' span.
DROP TABLE IF EXISTS pg_temp.leaving_event;
CREATE TEMPORARY TABLE leaving_event ON COMMIT DROP AS
SELECT viewer_id, occurred_at, id, series
FROM {log} AS event
WHERE batch_id = ANY(%(batches)s)
