-- Who converted on which day, and when each person met which campaign: it was delivered to them (on the day they were
-- drawn), or they came. Reads the days of viewers and the rows of campaigns by viewer, never the log. A viewer who is no
-- customer is a person of their own.
WITH person AS (
    SELECT viewer.id AS viewer_id, coalesce(viewer.customer_id * 2, viewer.id * 2 + 1) AS person
    FROM campaigns_viewer AS viewer
    WHERE true{scope}
),
converted AS (
    SELECT {anybody} AS person, day.day, sum(day.conversions) AS conversions
    FROM analytics_viewerday AS day
    {joining} person ON person.viewer_id = day.viewer_id
    WHERE day.day BETWEEN %(first)s AND %(last)s AND day.conversions > 0 AND day.series IN ('insight', 'promotion')
        AND day.month BETWEEN date_trunc('month', %(first)s::date - 1) AND %(last)s::date + 1
    GROUP BY 1, 2
),
met AS (
    SELECT person.person, seen.campaign_id,
        min((least(drawn.assigned_at, seen.first_at) AT TIME ZONE %(time_zone)s)::date) AS day
    FROM analytics_campaignviewer AS seen
    JOIN person ON person.viewer_id = seen.viewer_id
    LEFT JOIN campaigns_assignment AS drawn
        ON drawn.viewer_id = seen.viewer_id AND drawn.campaign_id = seen.campaign_id AND seen.deliveries > 0
    WHERE seen.deliveries > 0 OR seen.visits > 0 OR seen.views > 0
    GROUP BY person.person, seen.campaign_id
),
owed AS (
    SELECT converted.person, converted.day, converted.conversions, met.campaign_id, converted.day - met.day AS days_before
    FROM converted
    LEFT JOIN met ON met.person = converted.person AND met.day BETWEEN converted.day - %(window)s AND converted.day
)
