-- Everything that is compared of these customers. Relies on the keys, and on the indexes of contacts and identifiers by
-- customer.
SELECT
    customer.id, name, street,
    array(SELECT value FROM records_contactpoint WHERE customer_id = customer.id AND kind = 'email') || email::text,
    array(SELECT value FROM records_contactpoint WHERE customer_id = customer.id AND kind = 'phone') || phone::text,
    array(
        SELECT kind || ':' || CASE WHEN value <> '' THEN value ELSE encode(value_hash, 'hex') END
        FROM records_identifier
        WHERE customer_id = customer.id
    ) || ('customer id:' || number)
FROM records_customer AS customer
WHERE customer.id = ANY(%(customers)s)
