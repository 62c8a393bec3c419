-- Of the people with whom a web page was shared and who viewed it: how many have since viewed each of the materials that stand on
-- it. Relies on the index of shares by material and on the key of analytics_viewermaterial.
SELECT material.slug, count(DISTINCT page.viewer_id)
FROM (SELECT DISTINCT recipient_id FROM campaigns_share WHERE material_id = %(page)s) AS sent
JOIN analytics_viewermaterial AS page ON page.viewer_id = sent.recipient_id AND page.material_id = %(page)s AND page.views > 0
JOIN analytics_viewermaterial AS opened
    ON opened.viewer_id = page.viewer_id AND opened.views > 0 AND opened.last_at >= page.first_at
JOIN campaigns_material AS material ON material.id = opened.material_id
WHERE material.slug = ANY(%(slugs)s)
GROUP BY material.slug
