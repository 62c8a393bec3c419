-- How many visits each of these shares had, how many of them by people, when the last of these began, and how long they
-- were looked at. For the shares of one page of a list.
-- Relies on the log's key, which begins with viewer_id, and on campaigns_event_forwarded.
SELECT
    share_id, count(*), count(*) FILTER (WHERE is_human), max(began_at) FILTER (WHERE is_human),
    coalesce(sum(dwell_ms) FILTER (WHERE is_human), 0)
FROM (
    SELECT
        asked.share_id, coalesce(event.visit_id, event.id) AS visit, min(occurred_at) AS began_at,
        bool_or(verdict IN ('human', 'unknown')) AS is_human, sum(coalesce(dwell_ms, 0)) AS dwell_ms
    FROM unnest(%(shares)s::bigint[], %(recipients)s::bigint[]) AS asked (share_id, recipient_id)
    CROSS JOIN LATERAL (
        SELECT visit_id, id, occurred_at, verdict, dwell_ms
        FROM {log} AS known
        WHERE known.viewer_id = asked.recipient_id AND known.share_id = asked.share_id
            AND kind NOT IN ('shared', 'delivered')
        UNION ALL
        SELECT visit_id, id, occurred_at, verdict, dwell_ms
        FROM {log} AS forwarded
        WHERE forwarded.viewer_id < 0 AND forwarded.share_id = asked.share_id AND kind NOT IN ('shared', 'delivered')
    ) AS event
    GROUP BY asked.share_id, visit
) AS visit
GROUP BY share_id
