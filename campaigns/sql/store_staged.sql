-- The staged events, what they show earlier ones to be, and their batch with the count of both: in one journey.
WITH number AS MATERIALIZED (SELECT nextval(pg_get_serial_sequence('campaigns_eventbatch', 'id')) AS id),
stored AS (
{insert_staged}
RETURNING 1
),
judged AS (
{insert_judgements}
RETURNING 1
)
INSERT INTO campaigns_eventbatch (
    id, source_import_id, received_at, event_count, assignment_count, judgement_count, first_at, last_at
)
SELECT
    number.id, %(import)s, now(), (SELECT count(*) FROM stored), 0, (SELECT count(*) FROM judged), %(first_at)s,
    %(last_at)s
FROM number
RETURNING id, received_at, event_count, judgement_count
