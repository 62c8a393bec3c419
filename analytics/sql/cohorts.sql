-- Of the customers in scope, by the month of their first share: how many there are (in the row of month 0), and how many
-- of them did something in each month since. Reads the days of viewers, which lie far fewer than events, and of those
-- customers alone who were shared anything.
WITH shared AS (
    SELECT DISTINCT viewer.customer_id
    FROM campaigns_viewer AS viewer
    JOIN analytics_viewertotal AS total ON total.viewer_id = viewer.id AND total.shares > 0
    WHERE viewer.customer_id IS NOT NULL{scope}
),
day_of_customer AS (
    SELECT customer_id, day.day, day.shares > 0 AS is_shared, {did} AS came
    FROM shared
    JOIN campaigns_viewer AS viewer USING (customer_id)
    JOIN analytics_viewerday AS day ON day.viewer_id = viewer.id
),
began AS (
    SELECT customer_id, min(day) AS day, date_trunc('month', min(day))::date AS month
    FROM day_of_customer
    WHERE is_shared
    GROUP BY customer_id
    HAVING min(day) >= %(first)s
),
came AS (
    SELECT DISTINCT
        began.month, began.customer_id,
        (extract(year FROM seen.day) - extract(year FROM began.month)) * 12
        + extract(month FROM seen.day) - extract(month FROM began.month) AS since
    FROM began
    JOIN day_of_customer AS seen ON seen.customer_id = began.customer_id AND seen.day >= began.day AND seen.came
    WHERE seen.day < %(until)s
)
SELECT began.month, 0 AS since, count(*) AS customers, NULL::bigint AS came FROM began GROUP BY began.month
UNION ALL
SELECT month, since::int, NULL, count(*) FROM came GROUP BY month, since
ORDER BY 1, 2
