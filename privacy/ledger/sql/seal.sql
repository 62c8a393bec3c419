-- Seals the rows that wait, the first of them first, at most so many: each gets the next position, a salt of its own, and
-- the hash of salt, position and words. What has not committed yet is not seen, keeps waiting, and is sealed later.
-- A row that went before its seal is sealed as gone, so that a check names it. Relies on each table's primary key.
WITH taken AS (
    DELETE FROM privacy_ledgerwaiting
    WHERE id IN (SELECT id FROM privacy_ledgerwaiting ORDER BY id LIMIT %(most)s)
    RETURNING id, source, at, row, number, part
),
worded AS (
    SELECT taken.*, {words} AS words FROM taken
),
salted AS MATERIALIZED (
    SELECT *, %(size)s - 1 + row_number() OVER (ORDER BY id) AS position, uuid_send(gen_random_uuid()) AS salt
    FROM worded
)
INSERT INTO privacy_ledgerleaf (position, source, at, row, number, part, salt, hash)
SELECT position, source, at, row, number, part, salt, sha256(salt || int8send(position) || coalesce(words, ''))
FROM salted
ORDER BY position
