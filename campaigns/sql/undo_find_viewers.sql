-- Whom the batches are about: candidates for removal once the batches are gone. Visits of nobody known are among them,
-- by their negative numbers, which are no viewer's: what is judged of them is locked too.
DROP TABLE IF EXISTS pg_temp.leaving_viewer;
CREATE TEMPORARY TABLE leaving_viewer ON COMMIT DROP AS
SELECT viewer_id FROM campaigns_assignment WHERE batch_id = ANY(%(batches)s)
UNION
SELECT recipient_id FROM campaigns_share WHERE batch_id = ANY(%(batches)s)
UNION
SELECT event.viewer_id
FROM campaigns_event AS event
JOIN (
    SELECT min(first_at) AS first_at, max(last_at) AS last_at FROM campaigns_eventbatch WHERE id = ANY(%(batches)s)
) AS span ON event.occurred_at BETWEEN span.first_at AND span.last_at
WHERE event.batch_id = ANY(%(batches)s)
