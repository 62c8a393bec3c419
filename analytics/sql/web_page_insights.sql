-- Of some custom web pages: with whom each was shared and who came, and of the newest version how many read its most read
-- block and its last, and after which block most readers are lost; surveys begun through its shares, and left. Relies on the keys
-- of the rollups of materials and on the indexes of foreign keys.
WITH page AS (
    SELECT page.id, page.material_id, material.slug, material.title, material.version,
        (SELECT jsonb_array_length(version.blocks) FROM campaigns_webpageversion AS version
            WHERE version.page_id = page.id AND version.number = material.version) AS blocks
    FROM campaigns_webpage AS page
    JOIN campaigns_material AS material ON material.id = page.material_id
    WHERE page.id IN ({pages})
),
block AS (
    SELECT page.material_id, nth AS block, coalesce(part.readers, 0) AS readers,
        coalesce(part.readers, 0) - lead(coalesce(part.readers, 0)) OVER (PARTITION BY page.material_id ORDER BY nth) AS lost
    FROM page
    CROSS JOIN generate_series(1, page.blocks) AS nth
    LEFT JOIN analytics_materialpage AS part
        ON part.material_id = page.material_id AND part.version = page.version AND part.page = nth
),
attention AS (
    SELECT material_id, max(readers) AS began, (array_agg(readers ORDER BY block DESC))[1] AS finished,
        (array_agg(block ORDER BY lost DESC, block) FILTER (WHERE lost > 0))[1] AS left_after
    FROM block
    GROUP BY material_id
)
SELECT
    page.slug, page.title, page.version, coalesce(page.blocks, 0) AS blocks,
    coalesce(total.recipients, 0) AS recipients, coalesce(total.viewing_recipients, 0) AS viewing_recipients,
    coalesce(total.responding_recipients, 0) AS responding_recipients, coalesce(total.viewers, 0) AS viewers,
    coalesce(total.views, 0) AS views, coalesce(total.raw_views, 0) AS raw_views, coalesce(total.readers, 0) AS readers,
    coalesce(total.dwell_ms, 0) / 1000.0::float AS dwell_seconds,
    coalesce(attention.began, 0) AS began, coalesce(attention.finished, 0) AS finished, attention.left_after,
    coalesce(form.begun, 0) AS forms_begun, coalesce(form.unfinished, 0) AS forms_left
FROM page
LEFT JOIN analytics_materialtotal AS total ON total.material_id = page.material_id
LEFT JOIN attention ON attention.material_id = page.material_id
LEFT JOIN LATERAL (
    SELECT count(*) AS begun, count(*) FILTER (WHERE sheet.handed_in_at IS NULL) AS unfinished
    FROM campaigns_share AS share
    JOIN campaigns_answersheet AS sheet ON sheet.share_id = share.id
    WHERE share.material_id = page.material_id
) AS form ON true
