-- Everything of some viewers that signs decide, from the log's key; since a moment where one is given.
SELECT
    viewer_id, occurred_at, id, series, kind, share_id, material_id, visit_id, signals, grade, verdict, reason,
    judgements AS nth, false AS is_new, occurred_at >= coalesce(%(since)s::timestamptz, '-infinity') AS is_open
FROM campaigns_judgedevent
WHERE viewer_id > %(after)s AND viewer_id <= %(upto)s
    AND occurred_at >= coalesce(%(since)s::timestamptz - interval '48 hours', '-infinity')
    AND signals & 32 = 0 AND kind NOT IN ('shared', 'delivered')
