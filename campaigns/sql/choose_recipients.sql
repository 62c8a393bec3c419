-- Whom the share was asked for, each once; `left_out` says why somebody does not get it.
DROP TABLE IF EXISTS pg_temp.chosen_recipient;
CREATE TEMPORARY TABLE chosen_recipient ON COMMIT DROP AS
SELECT customer.id AS customer_id, customer.key, NULL::text AS left_out
FROM records_customer AS customer
WHERE customer.id IN ({chosen})
