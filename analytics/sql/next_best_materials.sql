-- The materials that speak most for themselves to one customer: first, a few that were sent since a day
-- and whose reading they broke off, with the next page; then by what they have read (the sum of the weights, and the one
-- that weighs most), then by how many people read them. Of these, what they have, read or shared, is left out, and so are
-- custom web pages, which are made for somebody. Relies on affinity_once, on share_of_recipient, on the index of viewers
-- by customer and on the key of analytics_viewerpage, which leads with the viewer and the material.
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
),
sent AS (
    SELECT share.material_id, max(share.shared_at) AS sent_at
    FROM campaigns_viewer AS viewer
    JOIN campaigns_share AS share ON share.recipient_id = viewer.id
    WHERE viewer.customer_id = %(customer)s AND share.shared_at >= %(since)s AND share.revoked_at IS NULL
    GROUP BY share.material_id
),
unfinished AS (
    SELECT material.id, material.slug, material.title, material.page_count, sent.sent_at, max(page.page) AS reached
    FROM sent
    JOIN campaigns_material AS material ON material.id = sent.material_id
    JOIN campaigns_viewer AS viewer ON viewer.customer_id = %(customer)s
    JOIN analytics_viewerpage AS page
        ON page.viewer_id = viewer.id AND page.material_id = material.id AND page.version = material.version
    WHERE material.withdrawn_at IS NULL AND page.reads > 0
    GROUP BY material.id, sent.sent_at
    HAVING max(page.page) < material.page_count
    ORDER BY sent.sent_at DESC, material.id
    LIMIT %(most_unfinished)s
),
fresh AS (
    SELECT
        material.slug, material.title, spoken.score, because.title AS because, spoken.people,
        total.viewers AS readers, material.id
    FROM campaigns_material AS material
    LEFT JOIN spoken ON spoken.material_id = material.id
    LEFT JOIN campaigns_material AS because ON because.id = spoken.because_id
    LEFT JOIN analytics_materialtotal AS total ON total.material_id = material.id
    WHERE material.withdrawn_at IS NULL AND material.version > 0 AND material.kind <> 'web page'
        AND NOT EXISTS (SELECT FROM had WHERE had.material_id = material.id)
        AND (spoken.score > 0 OR total.viewers >= %(fewest)s)
    ORDER BY spoken.score DESC NULLS LAST, total.viewers DESC NULLS LAST, material.id
    LIMIT %(most)s
)
SELECT slug, title, score, because, people, readers, sent_at, reached, page_count
FROM (
    SELECT 0 AS rank, slug, title, NULL::float AS score, NULL AS because, NULL::int AS people, NULL::bigint AS readers,
        sent_at, reached, page_count, id
    FROM unfinished
    UNION ALL
    SELECT 1, slug, title, score, because, people, readers, NULL, NULL, NULL, id
    FROM fresh
) AS named
ORDER BY rank, sent_at DESC, score DESC NULLS LAST, readers DESC NULLS LAST, id
LIMIT %(most)s
