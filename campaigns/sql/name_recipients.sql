-- Whoever is no viewer yet becomes one, under the customer's key; in its order, so that two shares wait, not deadlock.
-- A key that went to another record with a merge stays there: the viewer then has one of its own.
INSERT INTO campaigns_viewer (key, customer_id)
SELECT
    CASE WHEN EXISTS (SELECT FROM campaigns_viewer AS other WHERE other.key = chosen.key) THEN gen_random_uuid() ELSE key END,
    customer_id
FROM chosen_recipient AS chosen
WHERE left_out IS NULL
    AND NOT EXISTS (SELECT FROM campaigns_viewer AS viewer WHERE viewer.customer_id = chosen.customer_id)
ORDER BY chosen.key
ON CONFLICT (key) DO NOTHING;

-- Each of them with the oldest viewer that stands for them in the log, and what their share will be called.
-- Relies on the index of campaigns_viewer by customer.
DROP TABLE IF EXISTS pg_temp.named_recipient;
CREATE TEMPORARY TABLE named_recipient ON COMMIT DROP AS
SELECT
    viewer.id AS viewer_id, row_number() OVER (ORDER BY chosen.customer_id) AS nth,
    nextval(pg_get_serial_sequence('campaigns_share', 'id')) AS share_id, gen_random_uuid() AS share_key
FROM chosen_recipient AS chosen
CROSS JOIN LATERAL (
    SELECT id FROM campaigns_viewer WHERE customer_id = chosen.customer_id ORDER BY id LIMIT 1
) AS viewer
WHERE left_out IS NULL
