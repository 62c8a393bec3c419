-- Whoever is named and not yet a viewer becomes one. In the order of the keys, so that two imports wait, not deadlock.
INSERT INTO campaigns_viewer (key, customer_id)
SELECT DISTINCT key, customer_id
FROM {people}
WHERE key IS NOT NULL AND line NOT IN (SELECT line FROM staged_reject)
    AND NOT EXISTS (SELECT FROM campaigns_viewer AS viewer WHERE viewer.key = {people}.key)
ORDER BY key
ON CONFLICT (key) DO NOTHING
