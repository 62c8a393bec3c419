-- Which earlier imports hold the events that this one skipped: they cannot be undone before this one.
INSERT INTO records_importoverlap (later_id, earlier_id, rows)
SELECT %(import)s, batch.source_import_id, count(*)
FROM staged_event AS staged
JOIN campaigns_event AS event
    ON event.viewer_id = staged.viewer_id AND event.occurred_at = staged.occurred_at
    AND event.id = staged.id AND event.series = event_series_of(staged.kind)
JOIN campaigns_eventbatch AS batch ON batch.id = event.batch_id
WHERE event.batch_id <> %(batch)s AND batch.source_import_id <> %(import)s
GROUP BY batch.source_import_id
ON CONFLICT (later_id, earlier_id) DO UPDATE SET rows = records_importoverlap.rows + excluded.rows
