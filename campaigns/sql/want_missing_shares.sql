-- The shares that recipients of these shares of a page lack: one for each of its materials that they have no open share
-- of from the same sender and campaign. Relies on share_of_recipient.
DROP TABLE IF EXISTS pg_temp.wanted_share;
CREATE TEMPORARY TABLE wanted_share ON COMMIT DROP AS
SELECT
    recipient_id, material.id AS shown_id, campaign_id, variant_id, sender_id, NULL::smallint AS pinned_version, channel,
    expires_at, passcode, may_download, verified_only, has_watermark, notifies_sender, passed_on_from_id,
    passed_on_by_unknown, true AS is_in_page,
    row_number() OVER (ORDER BY material.id, of_page.id) AS nth,
    row_number() OVER (PARTITION BY material.id ORDER BY of_page.id) AS nth_of_material
FROM (
    SELECT DISTINCT ON (recipient_id, sender_id, campaign_id) *
    FROM campaigns_share
    WHERE id IN ({shares}) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
    ORDER BY recipient_id, sender_id, campaign_id, id DESC
) AS of_page
CROSS JOIN campaigns_material AS material
WHERE material.slug = ANY(%s) AND material.withdrawn_at IS NULL AND NOT EXISTS (
    SELECT FROM campaigns_share AS other
    WHERE other.recipient_id = of_page.recipient_id AND other.material_id = material.id
        AND other.sender_id IS NOT DISTINCT FROM of_page.sender_id
        AND other.campaign_id IS NOT DISTINCT FROM of_page.campaign_id
        AND other.revoked_at IS NULL AND (other.expires_at IS NULL OR other.expires_at > now())
)
