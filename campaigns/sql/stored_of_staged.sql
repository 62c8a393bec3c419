-- Which of the staged events the batch stored; the others were in the log already. Relies on the log's key.
SELECT staged.viewer_id, staged.occurred_at, staged.id
FROM staged_event AS staged
JOIN campaigns_event AS event USING (viewer_id, occurred_at, id)
WHERE event.series = event_series_of(staged.kind) AND event.batch_id = %(batch)s
    AND event.occurred_at BETWEEN %(first_at)s AND %(last_at)s
