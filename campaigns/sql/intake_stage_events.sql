-- A viewer known only by a visit has a negative id: the first 63 bits of the SHA-256 of the visit's id, negated.
INSERT INTO staged_event (
    viewer_id, occurred_at, id, kind, campaign_id, variant_id, share_id, material_id, version, page, visit_id,
    dwell_ms, amount, grade, signals
)
SELECT
    CASE
        WHEN viewer.id IS NOT NULL AND NOT coalesce(forwarded, false) THEN viewer.id
        ELSE -greatest(1, ('x' || encode(substr(sha256(uuid_send(visit)), 1, 8), 'hex'))::bit(64)::bigint >> 1 & 9223372036854775807)
    END,
    occurred_at, fact.id, kind, campaign_id, variant_id, share_id, material_id, version, page, visit, dwell_ms, amount,
    grade, signals
FROM staged_fact AS fact
LEFT JOIN staged_link USING (line)
LEFT JOIN campaigns_viewer AS viewer USING (key)
WHERE line NOT IN (SELECT line FROM staged_reject)
