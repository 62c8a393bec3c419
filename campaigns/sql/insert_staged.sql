-- Staged events, judged, into the log. The same event (viewer, time, id) is stored once; sorted by key, so that two
-- writers of the same events wait for each other in one order instead of in a circle. What the rule does not judge is
-- what staff or mail did, or an outcome that a file recorded.
INSERT INTO campaigns_event (
    viewer_id, occurred_at, id, series, batch_id, kind, campaign_id, variant_id, share_id, material_id, version, page,
    visit_id, dwell_ms, amount, amount_unknown, grade, signals, verdict, reason
)
SELECT
    viewer_id, occurred_at, id, series, {batch} AS batch_id, kind, campaign_id, variant_id, share_id, material_id, version, page,
    visit_id, dwell_ms, amount, amount_unknown, grade, signals, event_verdict_of(reason), reason
FROM (
    SELECT
        staged.*, event_series_of(staged.kind) AS series,
        CASE
            WHEN signals & 32 <> 0 THEN 'recorded_outcome'::event_reason
            ELSE coalesce(ruling.found, 'no_sign')
        END AS reason
    FROM staged_event AS staged
    LEFT JOIN ruling
        ON ruling.viewer_id = staged.viewer_id AND ruling.occurred_at = staged.occurred_at AND ruling.id = staged.id
        AND ruling.series = event_series_of(staged.kind) AND ruling.is_new
) AS judged
ORDER BY viewer_id, occurred_at, id
ON CONFLICT DO NOTHING
