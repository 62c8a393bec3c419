-- The viewers of staged events of whom the rule in force may find anything but `no_sign`, or anything else than what
-- holds. Most are none of these, and the rule's own look, which sorts all that is near, is spared. It may name too many,
-- never too few: a sign among what comes or within 48 hours of it, what was found anything but `no_sign`, and openings
-- that make two links of it within a second, as a new burst has another link so near (what is no opening makes no burst;
-- openings are of one series: campaigns.enums.SERIES_OF). So near and no further: who opens one link a hundred thousand
-- times in two days is not read again for each time.
-- Relies on the log's key, on campaigns_event_signs, and on the judgements' key, which begins with the viewer.
INSERT INTO suspect
WITH coming AS MATERIALIZED (
    SELECT
        viewer_id, min(occurred_at) - interval '48 hours' AS from_at, max(occurred_at) + interval '48 hours' AS until_at,
        bool_or(signals <> 0 OR grade = 'verified') AS is_sign,
        min(coalesce(share_id, -material_id)) FILTER (WHERE is_opening) AS link,
        max(coalesce(share_id, -material_id)) FILTER (WHERE is_opening) AS other_link,
        min(occurred_at) FILTER (WHERE is_opening) - interval '1 second' AS opened_from,
        max(occurred_at) FILTER (WHERE is_opening) + interval '1 second' AS opened_until
    FROM (SELECT *, kind IN ('visit', 'view', 'download') AS is_opening FROM staged_event) AS staged
    WHERE signals & 32 = 0 AND kind NOT IN ('shared', 'delivered')
    GROUP BY viewer_id
)
SELECT viewer_id
FROM coming
WHERE is_sign OR link <> other_link
    OR EXISTS (SELECT FROM campaigns_judgement AS judgement WHERE judgement.viewer_id = coming.viewer_id)
    OR EXISTS (
        SELECT
        FROM {log} AS event
        WHERE event.viewer_id = coming.viewer_id AND event.occurred_at BETWEEN coming.from_at AND coming.until_at
            AND event.signals & 32 = 0 AND event.kind NOT IN ('shared', 'delivered')
            AND (event.signals <> 0 OR event.grade = 'verified' OR event.reason <> 'no_sign')
    )
    OR link IS NOT NULL AND EXISTS (
        SELECT
        FROM campaigns_event AS event
        WHERE event.viewer_id = coming.viewer_id AND event.occurred_at BETWEEN coming.opened_from AND coming.opened_until
            AND event.series = 'insight' AND event.occurred_at BETWEEN %(near_first)s AND %(near_last)s
            AND event.signals & 32 = 0 AND event.kind IN ('visit', 'view', 'download')
            AND coalesce(event.share_id, -event.material_id) <> coming.link
    )
