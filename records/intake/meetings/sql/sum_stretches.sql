-- The seconds of a participation are those of the union of its stretches: devices that were on at once count once. An
-- open stretch counts nothing yet. Relies on interval_once (participation_id, joined_at).
UPDATE records_participation AS participation
SET seconds = summed.seconds, joined_at = summed.joined_at, left_at = summed.left_at
FROM (
    SELECT
        participation_id, min(joined_at) AS joined_at,
        CASE WHEN bool_and(left_at IS NOT NULL) THEN max(left_at) END AS left_at,
        coalesce((
            SELECT sum(extract(epoch FROM upper(part) - lower(part)))::integer
            FROM unnest(range_agg(tstzrange(joined_at, coalesce(left_at, joined_at)))) AS part
        ), 0) AS seconds
    FROM records_interval
    WHERE participation_id IN (SELECT id FROM records_participation WHERE key = ANY(%(participations)s))
    GROUP BY participation_id
) AS summed
WHERE participation.id = summed.participation_id
