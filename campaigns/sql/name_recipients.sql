-- Whoever is no viewer yet. Found before any is stored: a plan that looks while the rows go in walks over all that went
-- in before, which the planner does not foresee where the table is new: 100,000 took three minutes.
DROP TABLE IF EXISTS pg_temp.new_viewer;
CREATE TEMPORARY TABLE new_viewer ON COMMIT DROP AS
SELECT customer_id, key
FROM chosen_recipient AS chosen
WHERE left_out IS NULL
    AND NOT EXISTS (SELECT FROM campaigns_viewer AS viewer WHERE viewer.customer_id = chosen.customer_id);

-- They become one under the customer's key; in its order, so that two shares wait, not deadlock.
-- A key that went to another record with a merge stays there: the viewer then has one of its own.
UPDATE new_viewer SET key = gen_random_uuid()
WHERE EXISTS (SELECT FROM campaigns_viewer AS taken WHERE taken.key = new_viewer.key);

INSERT INTO campaigns_viewer (key, customer_id)
SELECT key, customer_id FROM new_viewer ORDER BY key
ON CONFLICT (key) DO NOTHING;

ANALYZE chosen_recipient;

-- Each of them with the oldest viewer that stands for them in the log, and what their share will be called.
-- Relies on the index of campaigns_viewer by customer. Together, not one by one: the first viewer by a LIMIT of each
-- customer is looked for along the primary key, which took 5 of 6 seconds of a share with 10,000.
DROP TABLE IF EXISTS pg_temp.named_recipient;
CREATE TEMPORARY TABLE named_recipient ON COMMIT DROP AS
SELECT
    viewer.id AS viewer_id, row_number() OVER (ORDER BY chosen.customer_id) AS nth,
    nextval(pg_get_serial_sequence('campaigns_share', 'id')) AS share_id, gen_random_uuid() AS share_key
FROM chosen_recipient AS chosen
JOIN (
    SELECT min(id) AS id, customer_id
    FROM campaigns_viewer
    WHERE customer_id IN (SELECT customer_id FROM chosen_recipient WHERE left_out IS NULL)
    GROUP BY customer_id
) AS viewer USING (customer_id)
WHERE left_out IS NULL
