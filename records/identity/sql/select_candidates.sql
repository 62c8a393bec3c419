-- Pairs that share a key, one of them just compared, each once, the earlier customer first; not those that are one person
-- or decided upon already. A key that many share (a switchboard, a block of flats) tells nothing and is passed over.
-- Relies on match_key_once (kind, value, customer).
WITH shared AS (
    SELECT DISTINCT kind, value FROM staged_key
),
telling AS (
    SELECT kind, value
    FROM shared
    JOIN records_matchkey USING (kind, value)
    GROUP BY kind, value
    HAVING count(*) BETWEEN 2 AND %(most)s
),
pair AS (
    SELECT DISTINCT least(a.customer_id, b.customer_id) AS first, greatest(a.customer_id, b.customer_id) AS second
    FROM telling
    JOIN records_matchkey AS a USING (kind, value)
    JOIN staged_customer ON staged_customer.customer_id = a.customer_id
    JOIN records_matchkey AS b USING (kind, value)
    WHERE b.customer_id <> a.customer_id
)
SELECT pair.first, pair.second
FROM pair
JOIN records_customer AS one ON one.id = pair.first
JOIN records_customer AS other ON other.id = pair.second
WHERE coalesce(one.merged_into_id, one.id) <> coalesce(other.merged_into_id, other.id)
    AND NOT EXISTS (
        SELECT FROM records_duplicatepair AS known
        WHERE known.first_id = pair.first AND known.second_id = pair.second AND known.state <> 'open'
    )
ORDER BY pair.first, pair.second
