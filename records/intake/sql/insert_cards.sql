INSERT INTO records_paymentcard (
    key, customer_id, brand, expires, last_four, provider, token, source, location, source_import_id, created_at
)
SELECT
    staged.key, customer_id, brand, expires.value, last_four, provider, token,
    %(source)s, %(location)s, %(import)s, now()
FROM staged_means AS staged
JOIN sealed_cell AS expires ON expires.key = staged.key AND expires.field = 'expires'
WHERE NOT is_known
