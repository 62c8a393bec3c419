-- The next batches to be added to the new tables, up to about so many facts; with the span of their events.
WITH waiting AS (
    SELECT *, sum(facts) OVER (ORDER BY id) - facts AS facts_before FROM rebuilding.batch WHERE NOT is_done
)
SELECT array_agg(id), min(first_at), max(last_at), coalesce(sum(facts), 0), coalesce(sum(judgement_count), 0)
FROM waiting
WHERE facts_before < %(limit)s
