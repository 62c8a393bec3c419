-- What happened, an array a column, as staged events.
INSERT INTO staged_event (
    viewer_id, occurred_at, id, kind, campaign_id, variant_id, share_id, material_id, version, page, visit_id, dwell_ms,
    amount, grade, signals
)
SELECT *
FROM unnest(
    %(viewer_id)s::bigint[], %(occurred_at)s::timestamptz[], %(id)s::uuid[], %(kind)s::event_kind[],
    %(campaign_id)s::bigint[], %(variant_id)s::bigint[], %(share_id)s::bigint[], %(material_id)s::bigint[],
    %(version)s::smallint[], %(page)s::smallint[], %(visit_id)s::uuid[], %(dwell_ms)s::integer[],
    %(amount)s::numeric[], %(grade)s::event_grade[], %(signals)s::smallint[]
)
