-- The events on their way into the log, as far as signs decide: what is recorded as an outcome, shared or delivered is
-- no machine's visit.
SELECT
    viewer_id, occurred_at, id, event_series_of(kind) AS series, kind, share_id, material_id, visit_id, signals,
    grade, NULL::event_verdict AS verdict, NULL::event_reason AS reason, 0::smallint AS nth, true AS is_new,
    false AS is_open
FROM staged_event
WHERE signals & 32 = 0 AND kind NOT IN ('shared', 'delivered')
