-- Whoever served the absorbed record serves the kept one. Relies on customer_assigned_once_to_each (partial).
INSERT INTO records_customerassignment (customer_id, staff_id, since, reason)
SELECT %(kept)s, staff_id, now(), %(reason)s
FROM records_customerassignment
WHERE customer_id = %(absorbed)s AND until IS NULL
ON CONFLICT (staff_id, customer_id) WHERE until IS NULL DO NOTHING
