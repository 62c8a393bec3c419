-- The days (the agency's) of a customer, those of all their viewers together. Relies on the index of viewers by customer
-- and on the rollup's key, which leads with the viewer.
SELECT day, sum(shares)::bigint, sum(deliveries)::bigint, sum(views)::bigint, sum(raw_views)::bigint, sum(visits)::bigint,
    sum(responses)::bigint, sum(conversions)::bigint, sum(revenue), sum(dwell_ms)::bigint / 1000.0::float8
FROM analytics_viewerday
WHERE viewer_id = ANY(ARRAY(SELECT id FROM campaigns_viewer WHERE customer_id = %(customer)s))
GROUP BY day
ORDER BY day
