-- The share of whoever it is passed on to, with the options of the one that it comes from.
DROP TABLE IF EXISTS pg_temp.wanted_share;
CREATE TEMPORARY TABLE wanted_share ON COMMIT DROP AS
SELECT
    %(recipient)s::bigint AS recipient_id, material_id AS shown_id, campaign_id, variant_id, sender_id, pinned_version,
    channel, expires_at, passcode, may_download, verified_only, has_watermark, notifies_sender,
    id AS passed_on_from_id, %(by_unknown)s AS passed_on_by_unknown, false AS is_in_page,
    1 AS nth, 1 AS nth_of_material
FROM campaigns_share
WHERE id = %(from)s
