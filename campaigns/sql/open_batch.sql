-- A batch of events, counted when all is stored (close_batch).
INSERT INTO campaigns_eventbatch (
    source_import_id, received_at, event_count, assignment_count, judgement_count, first_at, last_at
) VALUES (%(import)s, now(), 0, 0, 0, %(first_at)s, %(last_at)s)
RETURNING id, received_at
