-- The shares of `wanted_share`, each with the next number of its material, and their events `shared`: those that follow
-- from another share. What staff make in one step is a row of many columns only once (insert_shares.sql).
WITH reserved AS (
    UPDATE campaigns_material AS material SET share_count = share_count + wanted.shares
    FROM (SELECT shown_id, count(*) AS shares FROM wanted_share GROUP BY shown_id) AS wanted
    WHERE wanted.shown_id = material.id
    RETURNING material.id AS shown_id, share_count - wanted.shares AS given
),
made AS (
    INSERT INTO campaigns_share (
        key, token, recipient_id, material_id, campaign_id, variant_id, sender_id, batch_id, shared_at, number,
        pinned_version, channel, expires_at, passcode, may_download, verified_only, has_watermark, notifies_sender,
        passed_on_from_id, passed_on_by_unknown, is_in_page
    )
    SELECT
        gen_random_uuid(), fresh.token, recipient_id, shown_id, campaign_id, variant_id, sender_id, NULL, %(shared_at)s,
        given + nth_of_material, pinned_version, channel, expires_at, passcode, may_download, verified_only,
        has_watermark, notifies_sender, passed_on_from_id, passed_on_by_unknown, is_in_page
    FROM wanted_share
    JOIN unnest(%(tokens)s::text[]) WITH ORDINALITY AS fresh (token, nth) USING (nth)
    JOIN reserved USING (shown_id)
    RETURNING id, key, recipient_id, shared_at, material_id, campaign_id, variant_id
)
INSERT INTO staged_event (viewer_id, occurred_at, id, kind, campaign_id, variant_id, share_id, material_id, grade)
SELECT recipient_id, shared_at, key, 'shared', campaign_id, variant_id, id, material_id, 'addressee'
FROM made
