-- Of each of these few customers: the material that they read longest since a moment, and the page of it that they
-- opened most often, of the newest so many things that each of their viewers did, machines' included. From the log,
-- since no rollup holds pages by day; for the rows that one page shows.
-- Relies on the index of campaigns_viewer by customer and on the log's key, which begins with viewer_id and time: the
-- newest are taken off its end before they are judged, so that it does not matter how much one customer did.
WITH asked AS (
    SELECT * FROM unnest(%(customers)s::bigint[], %(since)s::timestamptz[]) AS asked (customer_id, since)
),
seen AS (
    SELECT asked.customer_id, event.*
    FROM asked
    JOIN campaigns_viewer AS viewer ON viewer.customer_id = asked.customer_id
    CROSS JOIN LATERAL (
        SELECT
            event.material_id, event.version, event.kind, event.page, coalesce(event.visit_id, event.id) AS visit, event.occurred_at,
            coalesce(event.dwell_ms, 0) AS dwell_ms
        FROM (
            SELECT *
            FROM campaigns_event
            WHERE viewer_id = viewer.id AND occurred_at > asked.since
                AND series = 'insight' AND occurred_at >= %(month)s
                AND material_id IS NOT NULL AND kind IN ('view', 'page')
            ORDER BY occurred_at DESC
            LIMIT %(newest)s
        ) AS event
        {latest}
        WHERE coalesce(latest.verdict, event.verdict) IN ('human', 'unknown')
    ) AS event
),
read_longest AS (
    SELECT DISTINCT ON (customer_id)
        customer_id, material_id, count(*) FILTER (WHERE kind = 'view') AS views, max(occurred_at) AS last_at
    FROM seen
    GROUP BY customer_id, material_id
    ORDER BY customer_id, sum(dwell_ms) DESC, max(occurred_at) DESC, material_id
),
opened_most AS MATERIALIZED (
    SELECT DISTINCT ON (customer_id)
        customer_id, page, max(version) AS version, count(DISTINCT visit) AS times, max(occurred_at) AS last_at
    FROM seen
    JOIN read_longest USING (customer_id, material_id)
    WHERE page IS NOT NULL
    GROUP BY customer_id, page
    ORDER BY customer_id, count(DISTINCT visit) DESC, sum(dwell_ms) DESC, page
)
SELECT
    read_longest.customer_id, material.slug, material.title, read_longest.views, opened_most.version, opened_most.page,
    opened_most.times,
    coalesce(opened_most.last_at, read_longest.last_at) AS last_at
FROM read_longest
JOIN campaigns_material AS material ON material.id = read_longest.material_id
LEFT JOIN opened_most USING (customer_id)
