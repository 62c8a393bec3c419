-- Days on which an account read many times what it usually does. Parameters: first (from where usual is measured),
-- begins, ends, zone, most (records that are never odd), times. Relies on the partitions by month of `at`.
WITH by_day AS (
    SELECT user_id, (at AT TIME ZONE %(zone)s)::date AS day, sum(records)::bigint AS records, count(*) AS reads
    FROM privacy_accessentry
    WHERE kind = 'shown' AND user_id IS NOT NULL AND at >= %(first)s AND at < %(ends)s
    GROUP BY user_id, day
),
usual AS (
    SELECT user_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY records) AS records, count(*) AS days
    FROM by_day
    GROUP BY user_id
)
SELECT by_day.user_id, by_day.day, by_day.reads, by_day.records, usual.records::float, usual.days
FROM by_day
JOIN usual USING (user_id)
WHERE by_day.day >= (%(begins)s AT TIME ZONE %(zone)s)::date
    AND by_day.records > %(most)s
    AND by_day.records > %(times)s * usual.records
ORDER BY by_day.records DESC, by_day.user_id, by_day.day
LIMIT 100
