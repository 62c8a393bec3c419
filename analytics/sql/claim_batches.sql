-- The next batches to fold, up to about the events of one fold, passing over those that another worker holds. Where
-- `latest` is said it is the last that may be taken.
-- Relies on batch_unfolded (partial index on id).
WITH waiting AS (
    SELECT id, first_at, last_at, event_count + assignment_count + judgement_count AS facts, judgement_count
    FROM campaigns_eventbatch
    WHERE folded_at IS NULL AND (%(latest)s IS NULL OR id <= %(latest)s)
    ORDER BY id
    LIMIT 1000
    FOR UPDATE SKIP LOCKED
),
summed AS (SELECT *, sum(facts) OVER (ORDER BY id) - facts AS facts_before FROM waiting)
SELECT array_agg(id), min(first_at), max(last_at), coalesce(sum(facts), 0), coalesce(sum(judgement_count), 0)
FROM summed
WHERE facts_before < %(limit)s
