-- Staged events, judged, into the log. The same event (viewer, time, id) is stored once; sorted by key, so that two
-- writers of the same events wait for each other in one order instead of in a circle.
INSERT INTO campaigns_event (
    viewer_id, occurred_at, id, series, batch_id, kind, campaign_id, variant_id, share_id, material_id, version, page,
    visit_id, dwell_ms, amount, amount_unknown, grade, signals, verdict, reason
)
SELECT
    viewer_id, occurred_at, id, event_series_of(kind), %(batch)s, kind, campaign_id, variant_id, share_id, material_id,
    version, page, visit_id, dwell_ms, amount, amount_unknown, grade, signals, event_verdict_of(reason), reason
FROM (
    SELECT
        *,
        -- The strongest sign decides. The bits are campaigns.enums.Signal.
        CASE
            WHEN signals & 32 <> 0 THEN 'recorded_outcome'
            WHEN signals & 8 <> 0 THEN 'honeypot'
            WHEN signals & 1 <> 0 THEN 'known_agent'
            WHEN signals & 4 <> 0 THEN 'head_request'
            WHEN in_burst THEN 'burst'
            WHEN signals & 2 <> 0 THEN 'internal_network'
            WHEN signals & 16 <> 0 THEN 'no_focus'
            ELSE 'no_sign'
        END::event_reason AS reason
    FROM staged_event
) AS judged
ORDER BY viewer_id, occurred_at, id
ON CONFLICT DO NOTHING
