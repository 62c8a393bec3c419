-- Of one's own customers those who were seen since a moment and those who were seen last, so many: who they are and when
-- it was, the last seen first. Both as an array's text, which is handed on to other statements as it is: to read and to
-- write thousands of moments takes Python longer than this takes the database. Relies on the index of campaigns_viewer by
-- customer and on the key of analytics_viewertotal.
WITH seen AS (
    SELECT own.customer_id AS id, max(total.last_at) AS at
    FROM ({own}) AS own
    JOIN campaigns_viewer AS viewer ON viewer.customer_id = own.customer_id
    JOIN analytics_viewertotal AS total ON total.viewer_id = viewer.id
    WHERE total.last_at IS NOT NULL
    GROUP BY own.customer_id
),
placed AS (SELECT id, at, row_number() OVER (ORDER BY at DESC, id) AS place FROM seen)
SELECT array_agg(id ORDER BY place)::text, array_agg(at ORDER BY place)::text
FROM placed
WHERE place <= %(last)s OR at >= %(since)s
