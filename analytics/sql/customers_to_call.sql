-- Of the customers of one member of staff, who were seen at these moments, those who did something of late and were not
-- called since, the keenest first.
-- What they did is counted by the day (the agency's): the day of the last call counts where they were seen after it.
-- Relies on the index of campaigns_viewer by customer, on the key of analytics_viewerday, which leads with the viewer,
-- and on interaction_of_customer.
WITH mine AS MATERIALIZED (
    SELECT customer.id, customer.key, customer.name, customer.organization_id, seen.seen_at, (
        SELECT max(interaction.happened_at)
        FROM records_interaction AS interaction
        WHERE interaction.customer_id = customer.id
            OR interaction.customer_id IN (SELECT id FROM records_customer WHERE merged_into_id = customer.id)
    ) AS called_at
    FROM unnest(%(customers)s, %(seen)s) AS seen (id, seen_at)
    JOIN records_customer AS customer USING (id)
    WHERE seen.seen_at >= %(since)s
)
SELECT
    mine.id, mine.key, mine.name, organization.name AS organization, mine.called_at, seen_at, views, visits, responses,
    dwell_ms / 1000.0 AS seconds
FROM mine
LEFT JOIN records_organization AS organization ON organization.id = mine.organization_id
-- For each by itself: joined to `mine` again, 20,000 customers would be set against 20,000.
CROSS JOIN LATERAL (
    SELECT
        sum(did.views) AS views, sum(did.visits) AS visits, sum(did.responses) AS responses,
        sum(did.dwell_ms) AS dwell_ms
    FROM campaigns_viewer AS viewer
    CROSS JOIN LATERAL (
        SELECT
            coalesce(sum(day.views), 0) AS views, coalesce(sum(day.visits), 0) AS visits,
            coalesce(sum(day.responses), 0) AS responses, coalesce(sum(day.dwell_ms), 0) AS dwell_ms
        FROM analytics_viewerday AS day
        WHERE day.viewer_id = viewer.id AND day.day >= greatest(
            %(first_day)s, (mine.called_at AT TIME ZONE %(zone)s)::date
        ) AND (day.series, day.month) IN %(partitions)s
    ) AS did
    WHERE viewer.customer_id = mine.id
) AS engaged
WHERE (mine.called_at IS NULL OR mine.seen_at > mine.called_at) AND views + visits + responses > 0
-- An answer weighs as much as ten views, a view as much as twenty seconds of reading.
ORDER BY responses * 200 + views * 20 + dwell_ms / 1000.0 DESC, seen_at DESC, mine.id
LIMIT %(limit)s
