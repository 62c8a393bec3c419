-- The visits through one share, the newest first, each with the time on its pages; and, beside each, what all have.
-- What is shown of a visit is read for the newest alone: of none of these anything was before the first of them began.
-- Relies on what visits_of_shares.sql does.
{visits_of_shares},
counted AS (
    SELECT
        count(*) AS all_visits, count(*) FILTER (WHERE human + unknown > 0) AS human_visits,
        count(*) FILTER (WHERE human = 0 AND unknown > 0) AS unknown_visits,
        sum(views) AS all_views, sum(views) FILTER (WHERE human + unknown > 0) AS human_views,
        sum(dwell_ms) AS all_dwell_ms, sum(dwell_ms) FILTER (WHERE human + unknown > 0) AS human_dwell_ms
    FROM visits
),
newest AS MATERIALIZED (
    SELECT visit, began_at, views, dwell_ms FROM visits ORDER BY began_at DESC, visit LIMIT %(most)s
),
seen AS MATERIALIZED (
    SELECT visit, occurred_at, id, kind, page, version, event.dwell_ms, grade, verdict, reason
    FROM newest
    JOIN (
        SELECT coalesce(visit_id, id) AS visit, *
        FROM {log}
        WHERE viewer_id = ANY(%(recipients)s::bigint[]) AND share_id = ANY(%(shares)s::bigint[])
            AND occurred_at >= (SELECT min(began_at) FROM newest) AND kind NOT IN ('shared', 'delivered')
        UNION ALL
        SELECT coalesce(visit_id, id), *
        FROM {log}
        WHERE viewer_id < 0 AND share_id = ANY(%(shares)s::bigint[])
            AND occurred_at >= (SELECT min(began_at) FROM newest) AND kind NOT IN ('shared', 'delivered')
    ) AS event USING (visit)
),
pages AS (
    SELECT visit, jsonb_object_agg(page, dwell_ms) AS dwell
    FROM (
        SELECT visit, page, sum(coalesce(dwell_ms, 0)) AS dwell_ms FROM seen WHERE page IS NOT NULL GROUP BY visit, page
    ) AS page_of_visit
    GROUP BY visit
),
shown AS (
    SELECT
        visit, min(grade) AS grade, max(version) AS version, count(*) FILTER (WHERE kind = 'download') AS downloads,
        count(*) FILTER (WHERE kind = 'response') AS responses,
        -- A visit is a person's as soon as one thing in it is.
        (array_agg(verdict ORDER BY array_position({order}, verdict), occurred_at, id))[1] AS verdict,
        (array_agg(reason ORDER BY array_position({order}, verdict), occurred_at, id))[1] AS reason
    FROM seen
    GROUP BY visit
)
SELECT
    visit, began_at, grade, version, views, downloads, responses, dwell_ms, verdict, reason, dwell, counted.*
FROM newest
JOIN shown USING (visit)
LEFT JOIN pages USING (visit)
CROSS JOIN counted
ORDER BY began_at DESC, visit
