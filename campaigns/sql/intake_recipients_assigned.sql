INSERT INTO campaigns_assignment (campaign_id, variant_id, viewer_id, batch_id, assigned_at)
SELECT %(campaign)s, variant_id, viewer.id, %(batch)s, occurred_at
FROM staged_recipient
JOIN campaigns_viewer AS viewer USING (key)
