-- What each of some customers did in windows of so many days, the newest of which is nth 0: days on which they came and how
-- long the last of them lies before the window's end, reading time, materials opened for the first time, meetings joined,
-- surveys handed in. Only windows in which there was anything. Days are the agency's. Relies on the indexes of viewers,
-- participations and submissions by customer, and on the rollups' keys, which lead with the viewer.
WITH person AS (
    SELECT record.id, coalesce(record.merged_into_id, record.id) AS customer_id
    FROM records_customer AS record
    WHERE record.id = ANY(%(customers)s) OR record.merged_into_id = ANY(%(customers)s)
),
did AS (
    SELECT viewer.customer_id, day.day, day.dwell_ms, NULL::bigint AS material, NULL::bigint AS meeting, NULL::bigint AS survey
    FROM campaigns_viewer AS viewer
    JOIN analytics_viewerday AS day ON day.viewer_id = viewer.id
    WHERE viewer.customer_id = ANY(%(customers)s) AND day.day > %(first)s AND day.day <= %(today)s
        AND (day.series, day.month) IN %(partitions)s
        AND (day.visits > 0 OR day.views > 0 OR day.dwell_ms > 0 OR day.responses > 0 OR day.conversions > 0)
    UNION ALL
    SELECT viewer.customer_id, (seen.first_at AT TIME ZONE %(zone)s)::date, NULL, seen.material_id, NULL, NULL
    FROM campaigns_viewer AS viewer
    JOIN analytics_viewermaterial AS seen ON seen.viewer_id = viewer.id
    WHERE viewer.customer_id = ANY(%(customers)s) AND seen.views > 0
    UNION ALL
    SELECT person.customer_id, (part.joined_at AT TIME ZONE %(zone)s)::date, NULL, NULL, part.meeting_id, NULL
    FROM person
    JOIN records_participation AS part ON part.customer_id = person.id
    UNION ALL
    SELECT person.customer_id, (submission.submitted_at AT TIME ZONE %(zone)s)::date, NULL, NULL, NULL, submission.survey_id
    FROM person
    JOIN records_submission AS submission ON submission.customer_id = person.id
    WHERE submission.withdrawn_at IS NULL AND NOT submission.is_claimed
)
SELECT
    customer_id, (%(today)s::date - day) / %(days)s AS nth,
    min((%(today)s::date - day) %% %(days)s) FILTER (WHERE dwell_ms IS NOT NULL) AS back,
    count(DISTINCT day) FILTER (WHERE dwell_ms IS NOT NULL) AS days,
    coalesce(sum(dwell_ms), 0) / 60000.0 AS minutes,
    count(DISTINCT material) AS materials, count(DISTINCT meeting) AS meetings, count(DISTINCT survey) AS surveys
FROM did
WHERE day > %(first)s AND day <= %(today)s
GROUP BY 1, 2
