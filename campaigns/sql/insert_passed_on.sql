-- The share of whoever it is passed on to, with the options of the one that it comes from and its material's next
-- number, and its event `shared`.
WITH reserved AS (
    UPDATE campaigns_material SET share_count = share_count + 1 WHERE id = %(material)s RETURNING share_count
),
made AS (
    INSERT INTO campaigns_share (
        key, token, recipient_id, material_id, campaign_id, variant_id, sender_id, shared_at, number, pinned_version,
        channel, expires_at, passcode, may_download, verified_only, has_watermark, notifies_sender, passed_on_from_id
    )
    SELECT
        gen_random_uuid(), %(token)s, %(recipient)s, material_id, campaign_id, variant_id, sender_id, %(now)s,
        share_count, pinned_version, channel, expires_at, passcode, may_download, verified_only, has_watermark,
        notifies_sender, share.id
    FROM campaigns_share AS share CROSS JOIN reserved
    WHERE share.id = %(from)s
    RETURNING id, key, recipient_id, shared_at, material_id, campaign_id, variant_id
)
INSERT INTO staged_event (viewer_id, occurred_at, id, kind, campaign_id, variant_id, share_id, material_id, grade)
SELECT recipient_id, shared_at, key, 'shared', campaign_id, variant_id, id, material_id, 'addressee'
FROM made
