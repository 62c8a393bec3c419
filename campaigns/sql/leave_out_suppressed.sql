-- Who is left out because their address of this kind is, of all lists or of this one: found by its keyed hash.
-- Relies on suppression_once (kind, value_hash, mailing_list).
UPDATE chosen_recipient AS chosen SET left_out = 'opted out'
FROM unnest(%(customers)s::bigint[], %(hashes)s::text[]) AS hashed (customer_id, value_hash)
JOIN records_suppression AS suppression
    ON suppression.kind = %(kind)s AND suppression.value_hash = decode(hashed.value_hash, 'hex')
WHERE hashed.customer_id = chosen.customer_id
    AND (suppression.mailing_list_id IS NULL OR suppression.mailing_list_id = %(mailing_list)s)
