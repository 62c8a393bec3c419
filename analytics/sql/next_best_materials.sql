-- The materials that speak most for themselves to one customer: by what they have read (the sum of the weights, and the one
-- that weighs most), then by how many people read them. What they have, read or shared, is left out, and so are custom
-- web pages, which are made for somebody. Relies on affinity_once and the index of viewers by customer.
WITH had AS (
    SELECT seen.material_id, sum(seen.views) AS views
    FROM analytics_viewermaterial AS seen
    JOIN campaigns_viewer AS viewer ON viewer.id = seen.viewer_id
    WHERE viewer.customer_id = %(customer)s AND (seen.shares > 0 OR seen.views > 0)
    GROUP BY seen.material_id
),
spoken AS (
    SELECT
        affinity.other_id AS material_id, sum(affinity.weight) AS score,
        (array_agg(affinity.material_id ORDER BY affinity.weight DESC, affinity.material_id))[1] AS because_id,
        (array_agg(affinity.people ORDER BY affinity.weight DESC, affinity.material_id))[1] AS people
    FROM had
    JOIN analytics_affinity AS affinity
        ON affinity.recommender_id = %(recommender)s AND affinity.material_id = had.material_id
    WHERE had.views > 0
    GROUP BY affinity.other_id
)
SELECT
    material.slug, material.title, spoken.score, because.title AS because, spoken.people,
    total.viewers AS readers
FROM campaigns_material AS material
LEFT JOIN spoken ON spoken.material_id = material.id
LEFT JOIN campaigns_material AS because ON because.id = spoken.because_id
LEFT JOIN analytics_materialtotal AS total ON total.material_id = material.id
WHERE material.withdrawn_at IS NULL AND material.version > 0 AND material.kind <> 'web page'
    AND NOT EXISTS (SELECT FROM had WHERE had.material_id = material.id)
    AND (spoken.score > 0 OR total.viewers >= %(fewest)s)
ORDER BY spoken.score DESC NULLS LAST, total.viewers DESC NULLS LAST, material.id
LIMIT %(most)s
