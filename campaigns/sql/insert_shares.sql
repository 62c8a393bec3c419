-- One share for each of those named. Their numbers were reserved on the material's row.
INSERT INTO campaigns_share (
    id, key, token, recipient_id, material_id, campaign_id, variant_id, sender_id, batch_id, shared_at, number,
    pinned_version, channel, expires_at, passcode, may_download, verified_only, has_watermark, notifies_sender
)
SELECT
    share_id, share_key, token, viewer_id, %(material)s, %(campaign)s, %(variant)s, %(sender)s, %(batch)s, %(shared_at)s,
    %(first_number)s + nth - 1, %(pinned_version)s, %(channel)s, %(expires_at)s, %(passcode)s, %(may_download)s,
    %(verified_only)s, %(has_watermark)s, %(notifies_sender)s
FROM named_recipient
JOIN unnest(%(tokens)s::text[]) WITH ORDINALITY AS fresh (token, nth) USING (nth)
