-- The staged keys replace those that these customers had. Relies on match_key_once (kind, value, customer).
DELETE FROM records_matchkey WHERE customer_id IN (SELECT customer_id FROM staged_customer);
INSERT INTO records_matchkey (customer_id, kind, value)
SELECT customer_id, kind, value FROM staged_key ON CONFLICT DO NOTHING;
UPDATE records_customer SET compared_at = now() WHERE id IN (SELECT customer_id FROM staged_customer)
