-- Rule 1: an event's own signals, and three views of three distinct materials in a row within one second.
-- The bits are campaigns.enums.Signal.
WITH judged AS MATERIALIZED (
    SELECT DISTINCT ON (viewer_id, occurred_at, id, series) *
    FROM ({context}) AS context
    ORDER BY viewer_id, occurred_at, id, series, is_new
),
views AS (
    SELECT
        viewer_id, occurred_at, id, series, material_id,
        lead(material_id, 1) OVER sequence AS next_material,
        lead(material_id, 2) OVER sequence AS third_material,
        lead(occurred_at, 2) OVER sequence - occurred_at <= interval '1 second' AS three_in_a_second
    FROM judged
    WHERE kind = 'view' AND material_id IS NOT NULL
    WINDOW sequence AS (PARTITION BY viewer_id ORDER BY occurred_at, id)
),
starts AS (
    SELECT
        *,
        coalesce(
            three_in_a_second AND material_id <> next_material AND next_material <> third_material
            AND material_id <> third_material, false
        ) AS starts_burst
    FROM views
),
bursts AS (
    SELECT
        viewer_id, occurred_at, id, series,
        starts_burst OR coalesce(lag(starts_burst, 1) OVER sequence, false)
        OR coalesce(lag(starts_burst, 2) OVER sequence, false) AS in_burst
    FROM starts
    WINDOW sequence AS (PARTITION BY viewer_id ORDER BY occurred_at, id)
)
SELECT
    viewer_id, occurred_at, id, series, judged.verdict, judged.reason, nth, is_new, is_open,
    CASE
        WHEN signals & 8 <> 0 THEN 'honeypot'
        WHEN signals & 1 <> 0 THEN 'known_agent'
        WHEN signals & 64 <> 0 THEN 'preview_agent'
        WHEN signals & 4 <> 0 THEN 'head_request'
        WHEN in_burst THEN 'burst'
        WHEN signals & 2 <> 0 THEN 'internal_network'
        WHEN signals & 16 <> 0 THEN 'no_focus'
        ELSE 'no_sign'
    END::event_reason AS found
FROM judged
LEFT JOIN bursts USING (viewer_id, occurred_at, id, series)
