-- Whose customers the new ones are, from the agency's midnight of the day given or from now. The reason tells these
-- assignments from later ones (see customers.undo).
INSERT INTO records_customerassignment (customer_id, staff_id, since, reason)
SELECT DISTINCT
    customer.id, staff.id, coalesce(row.assigned_since::timestamp AT TIME ZONE %(time_zone)s, now()), %(reason)s
FROM staged_row AS row
CROSS JOIN LATERAL unnest(regexp_split_to_array(btrim(lower(row.assigned_to)), '[\s,;]+')) AS given (email)
JOIN records_customer AS customer ON customer.number = row.number
JOIN privacy_user AS staff ON staff.email = given.email
WHERE row.assigned_to IS NOT NULL
    AND line NOT IN (SELECT line FROM known_row) AND line NOT IN (SELECT line FROM staged_reject)
