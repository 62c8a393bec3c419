-- The visits through one share, the newest first, each with the time on its pages; and, beside each, what all have.
-- Whoever is known stands in the log under the share's recipient, whoever is not under a negative viewer of the visit.
-- Relies on the log's key, which begins with viewer_id, and on campaigns_event_forwarded (share, time) for the negative.
WITH seen AS (
    SELECT coalesce(visit_id, id) AS visit, occurred_at, kind, page, version, dwell_ms, grade, verdict, reason
    FROM {log}
    WHERE viewer_id = %(recipient)s AND share_id = %(share)s AND kind NOT IN ('shared', 'delivered')
    UNION ALL
    SELECT coalesce(visit_id, id), occurred_at, kind, page, version, dwell_ms, grade, verdict, reason
    FROM {log}
    WHERE viewer_id < 0 AND share_id = %(share)s AND kind NOT IN ('shared', 'delivered')
),
pages AS (
    SELECT visit, jsonb_object_agg(page, dwell_ms) AS dwell
    FROM (
        SELECT visit, page, sum(coalesce(dwell_ms, 0)) AS dwell_ms FROM seen WHERE page IS NOT NULL GROUP BY visit, page
    ) AS page_of_visit
    GROUP BY visit
),
visits AS (
    SELECT
        visit, min(occurred_at) AS began_at, min(grade) AS grade, max(version) AS version,
        count(*) FILTER (WHERE kind = 'view') AS views, count(*) FILTER (WHERE kind = 'download') AS downloads,
        count(*) FILTER (WHERE kind = 'response') AS responses, coalesce(sum(dwell_ms), 0) AS dwell_ms,
        -- A visit is a person's as soon as one thing in it is.
        (array_agg(verdict ORDER BY array_position(%(order)s::event_verdict[], verdict), occurred_at))[1] AS verdict,
        (array_agg(reason ORDER BY array_position(%(order)s::event_verdict[], verdict), occurred_at))[1] AS reason
    FROM seen
    GROUP BY visit
)
SELECT
    visit, began_at, grade, version, views, downloads, responses, dwell_ms, verdict, reason, dwell,
    count(*) OVER () AS all_visits,
    count(*) FILTER (WHERE verdict IN ('human', 'unknown')) OVER () AS human_visits,
    count(*) FILTER (WHERE verdict = 'unknown') OVER () AS unknown_visits,
    sum(views) OVER () AS all_views,
    sum(views) FILTER (WHERE verdict IN ('human', 'unknown')) OVER () AS human_views,
    sum(dwell_ms) OVER () AS all_dwell_ms,
    sum(dwell_ms) FILTER (WHERE verdict IN ('human', 'unknown')) OVER () AS human_dwell_ms
FROM visits
LEFT JOIN pages USING (visit)
ORDER BY began_at DESC, visit
LIMIT %(most)s
