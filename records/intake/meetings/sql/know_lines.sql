-- Stretches and messages that are there already, or are told by an earlier line of the chunk. Relies on the unique
-- indexes of records_participation (key), records_interval (participation_id, joined_at), records_message (number, state).
INSERT INTO known_line (line, import_id)
SELECT staged.line, coalesce(stretch.source_import_id, participation.source_import_id)
FROM staged_stretch AS staged
JOIN records_participation AS participation ON participation.key = staged.key
LEFT JOIN records_interval AS stretch
    ON stretch.participation_id = participation.id AND stretch.joined_at = staged.joined_at
WHERE staged.seconds IS NOT NULL OR stretch.id IS NOT NULL;

INSERT INTO known_line (line, import_id)
SELECT line, NULL
FROM (SELECT line, row_number() OVER (PARTITION BY key, joined_at ORDER BY line) AS nth FROM staged_stretch) AS numbered
WHERE nth > 1;

INSERT INTO known_line (line, import_id)
SELECT staged.line, message.source_import_id
FROM staged_message AS staged
JOIN records_message AS message ON message.number = staged.number AND message.state = staged.state
UNION ALL
SELECT line, NULL
FROM (SELECT line, row_number() OVER (PARTITION BY number, state ORDER BY line) AS nth FROM staged_message) AS numbered
WHERE nth > 1
