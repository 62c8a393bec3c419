INSERT INTO campaigns_share (
    id, key, token, recipient_id, material_id, campaign_id, variant_id, sender_id, batch_id, shared_at
)
SELECT id, key, token, recipient_id, material_id, campaign_id, variant_id, sender_id, %(batch)s, shared_at
FROM staged_share
JOIN unnest(%(tokens)s::text[]) WITH ORDINALITY AS fresh (token, nth) USING (nth)
