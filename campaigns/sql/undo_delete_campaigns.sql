-- Campaigns of the import that are empty, their variants first.
DELETE FROM campaigns_variant AS variant
USING campaigns_campaign AS campaign
WHERE campaign.id = variant.campaign_id AND campaign.source_import_id = %(import)s
    AND NOT EXISTS (SELECT FROM campaigns_assignment WHERE campaign_id = campaign.id)
    AND NOT EXISTS (SELECT FROM campaigns_share WHERE campaign_id = campaign.id)
    AND NOT EXISTS (SELECT FROM campaigns_event WHERE campaign_id = campaign.id);

DELETE FROM campaigns_campaign AS campaign
WHERE source_import_id = %(import)s
    AND NOT EXISTS (SELECT FROM campaigns_variant WHERE campaign_id = campaign.id)
