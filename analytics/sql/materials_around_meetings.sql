SELECT
    material_id, count(DISTINCT customer_id) AS people,
    count(*) FILTER (WHERE is_before) AS sent_before, count(*) FILTER (WHERE is_before AND was_read) AS read_before,
    count(*) FILTER (WHERE NOT is_before) AS sent_after, count(*) FILTER (WHERE NOT is_before AND was_read) AS read_after
FROM sent
GROUP BY material_id
