-- The days (the agency's) of some viewers together. Relies on the rollup's key, which leads with the viewer.
SELECT day, sum(shares)::bigint, sum(deliveries)::bigint, sum(views)::bigint, sum(raw_views)::bigint, sum(visits)::bigint,
    sum(responses)::bigint, sum(conversions)::bigint, sum(revenue), sum(dwell_ms)::bigint / 1000.0::float8
FROM analytics_viewerday
WHERE viewer_id = ANY(%(viewers)s)
GROUP BY day
ORDER BY day
