-- Batches that nobody has looked at and that have had their minute: marked, with the span of their events.
-- Relies on batch_unannounced. Two workers never look at the same.
WITH claimed AS (
    UPDATE campaigns_eventbatch SET announced_at = now()
    WHERE id IN (
        SELECT id FROM campaigns_eventbatch
        WHERE announced_at IS NULL AND received_at <= now() - interval '1 minute'
        ORDER BY id
        LIMIT %(most)s
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id, first_at, last_at, judgement_count, source_import_id
)
SELECT
    array_agg(id ORDER BY id), min(first_at) FILTER (WHERE source_import_id IS NULL),
    max(last_at) FILTER (WHERE source_import_id IS NULL), coalesce(bool_or(judgement_count > 0), false)
FROM claimed
