-- Each customer and what they have read of what can be shared with anybody: views by people alone, machines' left out.
-- Who has ended the relationship takes no part.
SELECT DISTINCT viewer.customer_id, seen.material_id
FROM analytics_viewermaterial AS seen
JOIN campaigns_viewer AS viewer ON viewer.id = seen.viewer_id
JOIN records_customer AS customer ON customer.id = viewer.customer_id AND customer.relationship_ended_on IS NULL
JOIN campaigns_material AS material ON material.id = seen.material_id
WHERE seen.views > 0 AND material.withdrawn_at IS NULL AND material.version > 0 AND material.kind <> 'web page'
ORDER BY 1, 2
