-- Whom something of a campaign was shared with is drawn into the variant of it, once.
INSERT INTO campaigns_assignment (campaign_id, variant_id, viewer_id, batch_id, assigned_at)
SELECT DISTINCT ON (recipient_id, campaign_id) campaign_id, variant_id, recipient_id, %(batch)s::bigint, shared_at
FROM staged_share
WHERE campaign_id IS NOT NULL
ORDER BY recipient_id, campaign_id, shared_at
ON CONFLICT (viewer_id, campaign_id) DO NOTHING
