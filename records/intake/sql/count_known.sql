-- The earlier import cannot be taken back before this one, which skipped rows because of it.
DELETE FROM known_row WHERE line IN (SELECT line FROM staged_reject);

INSERT INTO records_importoverlap (later_id, earlier_id, rows)
SELECT %(import)s, source_import_id, count(*)
FROM known_row
WHERE source_import_id <> %(import)s
GROUP BY source_import_id
ON CONFLICT (later_id, earlier_id) DO UPDATE SET rows = records_importoverlap.rows + excluded.rows;

SELECT count(*) FROM known_row
