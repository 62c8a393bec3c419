INSERT INTO records_achaccount (
    key, customer_id, bank_name, last_four, provider, token, token_hash, source, location, source_import_id, created_at
)
SELECT
    staged.key, customer_id, bank_name.value, last_four.value, provider, token.value, token_hash,
    %(source)s, %(location)s, %(import)s, now()
FROM staged_means AS staged
JOIN sealed_cell AS bank_name ON bank_name.key = staged.key AND bank_name.field = 'bank_name'
JOIN sealed_cell AS last_four ON last_four.key = staged.key AND last_four.field = 'last_four'
JOIN sealed_cell AS token ON token.key = staged.key AND token.field = 'token'
WHERE NOT is_known
