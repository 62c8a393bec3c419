-- Everybody of the audience with the variant that their lot falls into: campaigns/seeding.py says how, and why so.
-- {chosen} gives the customers' primary keys; lots are given as arrays, in order. nth is by key, whatever the plan.
DROP TABLE IF EXISTS pg_temp.drawn_person;
CREATE TEMPORARY TABLE drawn_person ON COMMIT DROP AS
WITH person AS (
    SELECT
        id AS customer_id, key,
        ('x' || encode(substr(sha256(int8send(%(seed)s) || uuid_send(key)), 1, 8), 'hex'))::bit(64)::bigint
        & 9223372036854775807 AS number
    FROM records_customer
    WHERE id IN ({chosen})
)
SELECT
    customer_id, key, NULL::bigint AS viewer_id, variant_id, row_number() OVER (ORDER BY key) AS nth
FROM person
JOIN unnest(%(variants)s::bigint[], %(firsts)s::bigint[], %(ends)s::bigint[]) AS arm (variant_id, first, behind)
    ON number %% %(lots)s BETWEEN arm.first AND arm.behind - 1;

-- Whoever is no viewer yet becomes one, under the customer's key; in its order, so that two draws wait, not deadlock.
-- Found before any is stored, as in name_recipients.sql.
DROP TABLE IF EXISTS pg_temp.new_viewer;
CREATE TEMPORARY TABLE new_viewer ON COMMIT DROP AS
SELECT key, customer_id
FROM drawn_person AS drawn
WHERE NOT EXISTS (SELECT FROM campaigns_viewer AS viewer WHERE viewer.customer_id = drawn.customer_id);

INSERT INTO campaigns_viewer (key, customer_id)
SELECT key, customer_id FROM new_viewer ORDER BY key
ON CONFLICT (key) DO NOTHING;

ANALYZE drawn_person;
UPDATE drawn_person AS drawn SET viewer_id = viewer.id
FROM (
    SELECT min(id) AS id, customer_id FROM campaigns_viewer
    WHERE customer_id IN (SELECT customer_id FROM drawn_person)
    GROUP BY customer_id
) AS viewer
WHERE viewer.customer_id = drawn.customer_id
