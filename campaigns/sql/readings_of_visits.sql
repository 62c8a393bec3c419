-- What the log has of some visits: how long which page was read until when. Relies on the log's key by viewer and time,
-- within the partitions of the visits' span.
SELECT event.visit_id, event.id, event.page, event.occurred_at, event.dwell_ms
FROM unnest(
    %(viewers)s::bigint[], %(visits)s::uuid[], %(began)s::timestamptz[]
) AS visit (viewer_id, id, began)
JOIN campaigns_event AS event
    ON event.viewer_id = visit.viewer_id AND event.visit_id = visit.id AND event.occurred_at >= visit.began
WHERE event.series = 'insight' AND event.kind = 'page'
    AND event.occurred_at BETWEEN %(first_at)s::timestamptz AND %(last_at)s::timestamptz
