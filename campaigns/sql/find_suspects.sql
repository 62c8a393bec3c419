-- The viewers of staged events of whom the rule in force may find anything but `no_sign`, or anything else than what
-- holds. Most are none of these, and the rule's own look, which sorts all that is near, is spared. It may name too many,
-- never too few: whoever shows a sign or two links within 48 hours, or was found anything but `no_sign` once.
INSERT INTO suspect
SELECT viewer_id
FROM (
    SELECT
        viewer_id, signals <> 0 OR grade = 'verified' AS is_sign,
        CASE WHEN kind IN ('visit', 'view', 'download') THEN coalesce(share_id, -material_id) END AS link
    FROM staged_event
    WHERE signals & 32 = 0 AND kind NOT IN ('shared', 'delivered')
    UNION ALL
    SELECT
        event.viewer_id, event.signals <> 0 OR event.grade = 'verified' OR event.reason <> 'no_sign',
        CASE WHEN event.kind IN ('visit', 'view', 'download') THEN coalesce(event.share_id, -event.material_id) END
    FROM (
        SELECT viewer_id, min(occurred_at) AS first_at, max(occurred_at) AS last_at
        FROM staged_event
        WHERE signals & 32 = 0 AND kind NOT IN ('shared', 'delivered')
        GROUP BY viewer_id
    ) AS span
    JOIN campaigns_event AS event
        ON event.viewer_id = span.viewer_id
        AND event.occurred_at BETWEEN span.first_at - interval '48 hours' AND span.last_at + interval '48 hours'
    WHERE event.series IN ('insight', 'promotion')
        AND event.occurred_at BETWEEN
            %(first_at)s::timestamptz - interval '48 hours' AND %(last_at)s::timestamptz + interval '48 hours'
        AND event.signals & 32 = 0 AND event.kind NOT IN ('shared', 'delivered')
) AS context
GROUP BY viewer_id
HAVING bool_or(is_sign) OR min(link) <> max(link)
UNION
SELECT staged.viewer_id
FROM staged_event AS staged
WHERE EXISTS (SELECT FROM campaigns_judgement AS judgement WHERE judgement.viewer_id = staged.viewer_id)
