-- Of so many of some customers, who were seen at these moments, the last seen first, those who looked at most in the last weeks, and how much they did
-- then and in the weeks before. Relies on the index of campaigns_viewer by customer and on the key of
-- analytics_viewerday, which leads with the viewer.
WITH did AS (
    SELECT
        seen.id, seen.at,
        coalesce(sum(day.views) FILTER (WHERE day.day >= %(recent)s), 0)::bigint AS recent,
        coalesce(sum(day.views) FILTER (WHERE day.day < %(recent)s), 0)::bigint AS before
    FROM unnest((%(customers)s)[:%(of_last)s], (%(seen)s)[:%(of_last)s]) AS seen (id, at)
    JOIN campaigns_viewer AS viewer ON viewer.customer_id = seen.id
    LEFT JOIN analytics_viewerday AS day ON day.viewer_id = viewer.id
        AND day.day BETWEEN %(first)s AND %(last)s AND (day.series, day.month) IN %(partitions)s
    GROUP BY seen.id, seen.at
)
SELECT customer.id, customer.key, customer.name, organization.name, did.at, did.recent, did.before
FROM did
JOIN records_customer AS customer ON customer.id = did.id
LEFT JOIN records_organization AS organization ON organization.id = customer.organization_id
ORDER BY did.recent DESC, did.at DESC, customer.id
LIMIT %(limit)s
