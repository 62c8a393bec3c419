-- Of one's own customers those who were seen at all, and when, the last seen first. Relies on the index of
-- campaigns_viewer by customer and on the key of analytics_viewertotal.
SELECT own.customer_id, max(total.last_at) AS seen_at
FROM ({own}) AS own
JOIN campaigns_viewer AS viewer ON viewer.customer_id = own.customer_id
JOIN analytics_viewertotal AS total ON total.viewer_id = viewer.id
WHERE total.last_at IS NOT NULL
GROUP BY own.customer_id
ORDER BY seen_at DESC, own.customer_id
LIMIT %(limit)s
