INSERT INTO staged_reject (line, field, reason)
SELECT line, 'customer', 'is empty: say whose it is' FROM staged_row WHERE customer IS NULL AND email IS NULL
