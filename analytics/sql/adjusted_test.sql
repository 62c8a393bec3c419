-- Of each variant and measure: its people, and the sums of their outcome (y), of the days on which they came in the weeks before
-- they were drawn (x), of the squares and of the product. Whoever has an unknown amount is left out of revenue. Relies on
-- assignment_once_a_campaign and on the rollups' keys, which lead with the viewer. A day may stand in the month (UTC)
-- beside its own; days are the agency's.
WITH drawn AS (
    SELECT viewer_id, variant_id, (assigned_at AT TIME ZONE %(zone)s)::date AS day
    FROM campaigns_assignment
    WHERE campaign_id = %(campaign)s
),
span AS (
    SELECT min(day) - %(days)s AS first, max(day) AS last FROM drawn
),
before AS (
    SELECT drawn.viewer_id, count(DISTINCT came.day)::float AS x
    FROM drawn
    CROSS JOIN span
    JOIN analytics_viewerday AS came ON came.viewer_id = drawn.viewer_id
        AND came.day >= drawn.day - %(days)s AND came.day < drawn.day
    WHERE came.series IN ('insight', 'promotion')
        AND came.month BETWEEN date_trunc('month', span.first - 1) AND span.last + 1
        AND (came.visits > 0 OR came.views > 0 OR came.dwell_ms > 0 OR came.responses > 0 OR came.conversions > 0)
    GROUP BY drawn.viewer_id
),
person AS (
    SELECT drawn.variant_id, coalesce(before.x, 0) AS x, measured.name, measured.y
    FROM drawn
    LEFT JOIN before ON before.viewer_id = drawn.viewer_id
    LEFT JOIN analytics_campaignviewer AS did
        ON did.viewer_id = drawn.viewer_id AND did.campaign_id = %(campaign)s AND did.variant_id = drawn.variant_id
    CROSS JOIN LATERAL (
        VALUES
            ('view_rate', (coalesce(did.views, 0) > 0)::int::float),
            ('visit_rate', (coalesce(did.visits, 0) > 0)::int::float),
            ('response_rate', (coalesce(did.responses, 0) > 0)::int::float),
            ('conversion_rate', (coalesce(did.conversions, 0) > 0)::int::float),
            (
                'revenue_per_recipient',
                CASE WHEN coalesce(did.unknown_amounts, 0) = 0 THEN coalesce(did.revenue, 0)::float END
            )
    ) AS measured (name, y)
)
SELECT variant_id, name, count(*), sum(y), sum(y * y), sum(x), sum(x * x), sum(x * y), count(*) FILTER (WHERE x > 0)
FROM person
WHERE y IS NOT NULL
GROUP BY variant_id, name
