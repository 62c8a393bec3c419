-- The statements that give a table of the same name in another schema this one's keys and indexes, under their names.
SELECT format('ALTER TABLE %%I.%%I ADD CONSTRAINT %%I %%s', %(schema)s, %(table)s, conname, pg_get_constraintdef(oid))
FROM pg_constraint
WHERE conrelid = %(table)s::regclass AND contype IN ('p', 'u')
UNION ALL
SELECT replace(
    pg_get_indexdef(indexrelid), format(' %%I.%%I USING ', current_schema(), %(table)s),
    format(' %%I.%%I USING ', %(schema)s, %(table)s)
)
FROM pg_index
WHERE indrelid = %(table)s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
