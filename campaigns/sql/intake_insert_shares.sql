-- The shares that were staged, each with the next number of its material. Whoever else shares it waits for the row.
WITH reserved AS (
    UPDATE campaigns_material AS material SET share_count = share_count + staged.shares
    FROM (SELECT material_id, count(*) AS shares FROM staged_share GROUP BY material_id) AS staged
    WHERE staged.material_id = material.id
    RETURNING material.id AS material_id, share_count - staged.shares AS given
)
INSERT INTO campaigns_share (
    id, key, token, recipient_id, material_id, campaign_id, variant_id, sender_id, batch_id, shared_at, number
)
SELECT
    id, key, token, recipient_id, material_id, campaign_id, variant_id, sender_id, %(batch)s, shared_at,
    given + row_number() OVER (PARTITION BY material_id ORDER BY shared_at, nth)
FROM staged_share
JOIN unnest(%(tokens)s::text[]) WITH ORDINALITY AS fresh (token, nth) USING (nth)
JOIN reserved USING (material_id)
