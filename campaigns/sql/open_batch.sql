-- A batch that has no events of its own: what it judges anew is counted when all is stored (close_batch).
INSERT INTO campaigns_eventbatch (received_at, event_count, assignment_count, judgement_count)
VALUES (now(), 0, 0, 0)
RETURNING id, received_at
