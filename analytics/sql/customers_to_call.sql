-- Of the customers of one member of staff, who were seen at these moments, those who did something of late and were not
-- called since, the keenest first.
-- What they did is counted by the day (the agency's): the day of the last call counts where they were seen after it.
-- Relies on the index of campaigns_viewer by customer, on the key of analytics_viewerday, which leads with the viewer,
-- and on interaction_of_customer.
WITH mine AS MATERIALIZED (
    SELECT seen.id, seen.seen_at, (
        SELECT max(interaction.happened_at)
        FROM records_interaction AS interaction
        WHERE interaction.customer_id = seen.id
            OR interaction.customer_id IN (SELECT id FROM records_customer WHERE merged_into_id = seen.id)
    ) AS called_at
    FROM unnest(%(customers)s, %(seen)s) AS seen (id, seen_at)
    WHERE seen.seen_at >= %(since)s
),
-- Who they are is looked up of these few alone.
keenest AS (
    SELECT mine.*, did.*
    FROM mine
    -- For each by itself: joined to `mine` again, 20,000 customers would be set against 20,000.
    CROSS JOIN LATERAL (
        SELECT
            coalesce(sum(day.views), 0) AS views, coalesce(sum(day.visits), 0) AS visits,
            coalesce(sum(day.responses), 0) AS responses, coalesce(sum(day.dwell_ms), 0) / 1000.0 AS seconds
        FROM campaigns_viewer AS viewer
        JOIN analytics_viewerday AS day ON day.viewer_id = viewer.id AND day.day >= greatest(
            %(first_day)s, (mine.called_at AT TIME ZONE %(zone)s)::date
        ) AND (day.series, day.month) IN %(partitions)s
        WHERE viewer.customer_id = mine.id
    ) AS did
    WHERE (called_at IS NULL OR seen_at > called_at) AND views + visits + responses > 0
    -- An answer weighs as much as ten views, a view as much as twenty seconds of reading.
    ORDER BY responses * 200 + views * 20 + seconds DESC, seen_at DESC, id
    LIMIT %(limit)s
)
SELECT
    customer.id, customer.key, customer.name, organization.name AS organization, called_at, seen_at, views, visits,
    responses, seconds
FROM keenest
JOIN records_customer AS customer ON customer.id = keenest.id
LEFT JOIN records_organization AS organization ON organization.id = customer.organization_id
ORDER BY responses * 200 + views * 20 + seconds DESC, seen_at DESC, customer.id
