-- The commits of no import that are all the demo's: each event is of a customer of the demo, or of nobody known on a
-- material of the demo, and none is of a campaign or material of yours. Reads the log of such commits once.
WITH own AS (
    SELECT viewer.id
    FROM campaigns_viewer AS viewer
    JOIN records_customer AS customer ON customer.id = viewer.customer_id
    JOIN records_import AS source ON source.id = customer.source_import_id
    WHERE source.is_demo
)
SELECT event.batch_id
FROM campaigns_event AS event
JOIN campaigns_eventbatch AS batch ON batch.id = event.batch_id
LEFT JOIN campaigns_campaign AS campaign ON campaign.id = event.campaign_id
LEFT JOIN campaigns_material AS material ON material.id = event.material_id
LEFT JOIN own ON own.id = event.viewer_id
WHERE batch.source_import_id IS NULL
GROUP BY event.batch_id
HAVING bool_and(
    (own.id IS NOT NULL OR event.viewer_id < 0 AND material.is_demo IS TRUE)
    AND coalesce(campaign.is_demo, true) AND coalesce(material.is_demo, true)
)
