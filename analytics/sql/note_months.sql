-- Before facts are added: a partition of the days of viewers for each month of the log that they are of, and nothing that
-- was added up of such a month before counts any more (analytics.departures).
WITH touched AS (
    SELECT DISTINCT series, month FROM fold_facts WHERE series IS NOT NULL
),
overtaken AS (
    DELETE FROM analytics_departure AS departure USING touched
    WHERE departure.series = touched.series AND departure.month = touched.month
)
SELECT make_viewer_day_partition(series, month) FROM touched
