-- Rule 2: an event's own signals, and the shape of what happened around it. Every step is a window over sorted rows, so
-- that ten thousand requests of one scanner cost ten thousand steps. The bits are campaigns.enums.Signal.
WITH judged AS MATERIALIZED (
    SELECT DISTINCT ON (viewer_id, occurred_at, id, series) *
    FROM ({context}) AS context
    ORDER BY viewer_id, occurred_at, id, series, is_new
),
-- Of a viewer without a signal, a typed code or two links, no step below finds anything: most are none of these.
suspects AS MATERIALIZED (
    SELECT viewer_id
    FROM judged
    GROUP BY viewer_id
    HAVING bool_or(signals <> 0 OR grade = 'verified')
        OR min(coalesce(share_id, -material_id)) FILTER (WHERE kind IN ('visit', 'view', 'download'))
            <> max(coalesce(share_id, -material_id)) FILTER (WHERE kind IN ('visit', 'view', 'download'))
),
suspected AS (SELECT * FROM judged WHERE viewer_id IN (SELECT viewer_id FROM suspects)),
-- A burst: three distinct links of one viewer within one second. Openings of one link in a row are one run. The third
-- link after a run is the first that is not the link of two runs before it: until then two links take turns.
openings AS (
    SELECT viewer_id, occurred_at, id, coalesce(share_id, -material_id) AS link
    FROM suspected
    WHERE kind IN ('visit', 'view', 'download') AND coalesce(share_id, material_id) IS NOT NULL
),
turns AS (
    SELECT *, (lag(link) OVER sequence IS DISTINCT FROM link)::integer AS is_turn
    FROM openings
    WINDOW sequence AS (PARTITION BY viewer_id ORDER BY occurred_at, link, id)
),
numbered AS (
    SELECT *, sum(is_turn) OVER (PARTITION BY viewer_id ORDER BY occurred_at, link, id) AS run FROM turns
),
runs AS (
    SELECT viewer_id, run, min(link) AS link, min(occurred_at) AS starts_at, max(occurred_at) AS ends_at
    FROM numbered
    GROUP BY viewer_id, run
),
thirds AS (
    SELECT *, link <> lag(link, 2) OVER (PARTITION BY viewer_id ORDER BY run) AS is_third FROM runs
),
followed AS (
    SELECT
        *,
        min(starts_at) FILTER (WHERE is_third) OVER (
            PARTITION BY viewer_id ORDER BY run DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 2 PRECEDING
        ) AS third_at
    FROM thirds
),
-- From the opening that two others follow within the second, for a second after the run's last.
bursts AS (
    SELECT
        viewer_id, greatest(starts_at, third_at - interval '1 second') AS from_at,
        ends_at + interval '1 second' AS until_at
    FROM followed
    WHERE third_at - ends_at <= interval '1 second'
),
-- The bursts stand among the events, so that each event finds the last one before it.
timeline AS (
    SELECT *, NULL::timestamptz AS until_at FROM suspected
    UNION ALL
    SELECT
        viewer_id, from_at, NULL, NULL, NULL, NULL, NULL, NULL, 0::smallint, NULL, NULL, NULL, NULL, NULL, NULL, until_at
    FROM bursts
),
-- The nearest sign of each kind before and after: a window sorted each way, for each only ever grows.
signs AS (
    SELECT
        *,
        max(until_at) OVER (PARTITION BY viewer_id ORDER BY occurred_at) AS burst_until,
        max(occurred_at) FILTER (WHERE signals & 8 <> 0) OVER share_before AS trap_before,
        min(occurred_at) FILTER (WHERE signals & 8 <> 0) OVER share_after AS trap_after,
        max(occurred_at) FILTER (WHERE signals & 4 <> 0) OVER share_before AS head_before,
        min(occurred_at) FILTER (WHERE signals & 4 <> 0) OVER share_after AS head_after,
        max(occurred_at) FILTER (WHERE signals & 8 <> 0) OVER visit_before AS visit_trap_before,
        min(occurred_at) FILTER (WHERE signals & 8 <> 0) OVER visit_after AS visit_trap_after,
        max(occurred_at) FILTER (WHERE kind = 'page' AND signals & 16 = 0) OVER visit_before AS read_before,
        min(occurred_at) FILTER (WHERE kind = 'page' AND signals & 16 = 0) OVER visit_after AS read_after
    FROM timeline
    WINDOW
        share_before AS (PARTITION BY viewer_id, share_id ORDER BY occurred_at),
        share_after AS (PARTITION BY viewer_id, share_id ORDER BY occurred_at DESC),
        visit_before AS (PARTITION BY viewer_id, visit_id ORDER BY occurred_at),
        visit_after AS (PARTITION BY viewer_id, visit_id ORDER BY occurred_at DESC)
),
shapes AS (
    SELECT
        *,
        -- The hidden link: whatever comes through the share within ten seconds, and the whole visit (one day at most).
        occurred_at - trap_before <= interval '10 seconds' OR trap_after - occurred_at <= interval '10 seconds'
        OR visit_id IS NOT NULL AND (
            occurred_at - visit_trap_before <= interval '24 hours'
            OR visit_trap_after - occurred_at <= interval '24 hours'
        ) AS is_trapped,
        -- A HEAD request: openings of the same share within a second of it.
        kind IN ('visit', 'view', 'download') AND share_id IS NOT NULL AND (
            occurred_at - head_before <= interval '1 second' OR head_after - occurred_at <= interval '1 second'
        ) AS is_headed,
        occurred_at <= burst_until AS in_burst,
        -- Somebody read a page of the visit, which counts only while it is in sight and has focus.
        visit_id IS NOT NULL AND (
            occurred_at - read_before <= interval '24 hours' OR read_after - occurred_at <= interval '24 hours'
        ) AS is_read
    FROM signs
    WHERE id IS NOT NULL
)
SELECT
    viewer_id, occurred_at, id, series, verdict, reason, nth, is_new, is_open,
    -- The strongest sign decides.
    CASE
        WHEN is_trapped THEN 'honeypot'::event_reason
        -- Scanners follow links and send forms; they type no codes. A colleague may, and a HEAD request is no reader's.
        WHEN grade = 'verified' AND signals & (2 | 4) = 0 THEN 'typed_code'::event_reason
        WHEN signals & 1 <> 0 THEN 'known_agent'::event_reason
        WHEN signals & 64 <> 0 THEN 'preview_agent'::event_reason
        WHEN signals & 4 <> 0 OR is_headed THEN 'head_request'::event_reason
        WHEN in_burst THEN 'burst'::event_reason
        WHEN signals & 2 <> 0 THEN 'internal_network'::event_reason
        WHEN signals & 16 <> 0 AND is_read IS NOT TRUE THEN 'no_focus'::event_reason
        ELSE 'no_sign'::event_reason
    END AS found
FROM shapes
UNION ALL
-- A new event of which nothing is said shows no sign: most are these, and need no row.
SELECT viewer_id, occurred_at, id, series, verdict, reason, nth, is_new, is_open, 'no_sign'
FROM judged
WHERE NOT is_new AND viewer_id NOT IN (SELECT viewer_id FROM suspects)
