-- A burst: three views of three distinct materials by one viewer within one second. Each event of it is marked.
WITH views AS (
    SELECT
        id, viewer_id, occurred_at, material_id,
        lead(material_id, 1) OVER sequence AS next_material,
        lead(material_id, 2) OVER sequence AS third_material,
        lead(occurred_at, 2) OVER sequence - occurred_at <= interval '1 second' AS three_in_a_second
    FROM staged_event
    WHERE kind = 'view' AND material_id IS NOT NULL AND signals & 32 = 0
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
marked AS (
    SELECT
        id, viewer_id, occurred_at,
        starts_burst OR coalesce(lag(starts_burst, 1) OVER sequence, false)
        OR coalesce(lag(starts_burst, 2) OVER sequence, false) AS in_burst
    FROM starts
    WINDOW sequence AS (PARTITION BY viewer_id ORDER BY occurred_at, id)
)
UPDATE staged_event AS staged SET in_burst = true
FROM marked
WHERE marked.in_burst AND marked.viewer_id = staged.viewer_id AND marked.occurred_at = staged.occurred_at
    AND marked.id = staged.id
