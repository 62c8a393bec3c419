-- What was looked at today, by people, of what one member of staff shared: who and which material, the latest first.
-- Relies on share_of_sender and on the key of analytics_viewermaterial (viewer, material).
SELECT shared.recipient_id, shared.material_id, reading.last_at, reading.views, count(*) OVER () AS in_all
FROM (
    SELECT DISTINCT recipient_id, material_id FROM campaigns_share WHERE sender_id = %(sender)s
) AS shared
JOIN analytics_viewermaterial AS reading
    ON reading.viewer_id = shared.recipient_id AND reading.material_id = shared.material_id
WHERE reading.last_at >= %(begin)s AND reading.views > 0
ORDER BY reading.last_at DESC, shared.recipient_id, shared.material_id
LIMIT %(limit)s
