-- Who is left out by the keyed hash of whither it would go: it must not be written to, or their mail came back from there.
-- Of one list an e-mail address may be left out; a postal one, which a household shares, of all lists alone.
-- Relies on suppression_once (kind, value_hash, mailing_list) and the index of entries by customer.
UPDATE chosen_copy AS chosen SET
    address_hash = CASE WHEN %(kind)s = 'address' THEN decode(hashed.value_hash, 'hex') END,
    left_out = CASE
        WHEN EXISTS (
            SELECT FROM records_suppression AS suppression
            WHERE suppression.kind = %(kind)s AND suppression.value_hash = decode(hashed.value_hash, 'hex')
                AND (
                    suppression.mailing_list_id IS NULL
                    OR suppression.mailing_list_id = %(mailing_list)s AND %(kind)s = 'email'
                )
                AND suppression.since > coalesce(chosen.confirmed_at, '-infinity')
        ) THEN 'opted out'
        WHEN EXISTS (
            SELECT FROM records_fulfilmententry AS former
            JOIN records_customer AS known ON known.id = former.customer_id
            WHERE coalesce(known.merged_into_id, known.id) = chosen.customer_id
                AND former.came_back_why IN ('moved', 'unknown')
                AND former.address_hash = decode(hashed.value_hash, 'hex')
        ) THEN 'moved'
    END
FROM unnest(%(numbers)s::bigint[], %(hashes)s::text[]) AS hashed (number, value_hash)
WHERE hashed.number = chosen.number
