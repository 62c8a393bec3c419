-- The materials that were shared with a customer or looked at by them, each once: what came of it, how often it was shared
-- and when last. Relies on the index of viewers by customer, on the rollup's key, which leads with the viewer, and on the index
-- of shares by recipient.
WITH looked_at AS (
    SELECT material_id, sum(views) AS views, sum(raw_views) AS raw_views, sum(dwell_ms) / 1000.0 AS dwell_seconds,
        min(first_at) AS first_at, max(last_at) AS last_at
    FROM analytics_viewermaterial
    WHERE viewer_id = ANY(ARRAY(SELECT id FROM campaigns_viewer WHERE customer_id = %(customer)s))
    GROUP BY 1
),
shared AS (
    SELECT material_id, count(*) AS shares, max(shared_at) AS last_shared_at
    FROM campaigns_share
    WHERE recipient_id = ANY(ARRAY(SELECT id FROM campaigns_viewer WHERE customer_id = %(customer)s))
    GROUP BY 1
)
SELECT material.id, material.title, material.slug, coalesce(shares, 0), last_shared_at,
    coalesce(views, 0)::bigint, coalesce(raw_views, 0)::bigint, coalesce(dwell_seconds, 0)::float8, first_at, last_at
FROM looked_at
FULL JOIN shared USING (material_id)
JOIN campaigns_material AS material ON material.id = material_id
