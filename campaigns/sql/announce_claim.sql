-- Batches that nobody has looked at and that have had their minute: marked, with the span of their events.
-- Relies on batch_unannounced. Two workers never look at the same.
WITH next AS MATERIALIZED (  -- Once: as a subquery it may be asked for each row, and then takes more than its limit.
    SELECT id FROM campaigns_eventbatch
    WHERE announced_at IS NULL AND received_at <= now() - interval '1 minute'
    ORDER BY id
    LIMIT %(most)s
    FOR UPDATE SKIP LOCKED
),
claimed AS (
    UPDATE campaigns_eventbatch AS batch SET announced_at = now()
    FROM next
    WHERE batch.id = next.id
    RETURNING batch.id, first_at, last_at, judgement_count, source_import_id
)
SELECT
    array_agg(id ORDER BY id), min(first_at) FILTER (WHERE source_import_id IS NULL),
    max(last_at) FILTER (WHERE source_import_id IS NULL), coalesce(bool_or(judgement_count > 0), false)
FROM claimed
