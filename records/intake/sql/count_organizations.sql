-- A row that brought anything is loaded; one that brought nothing is already there, and holds the import it repeats.
WITH brought AS (
    SELECT line FROM new_organization
    UNION SELECT line FROM new_fact
    UNION SELECT line FROM new_code
    UNION SELECT line FROM new_identifier
    UNION SELECT line FROM new_contract
),
repeated AS (
    SELECT line, known.source_import_id
    FROM staged_organization
    JOIN records_organization AS known USING (id)
    WHERE line NOT IN (SELECT line FROM brought) AND line NOT IN (SELECT line FROM staged_reject)
),
overlap AS (
    INSERT INTO records_importoverlap (later_id, earlier_id, rows)
    SELECT %(import)s, source_import_id, count(*)
    FROM repeated
    WHERE source_import_id <> %(import)s
    GROUP BY source_import_id
    ON CONFLICT (later_id, earlier_id) DO UPDATE SET rows = records_importoverlap.rows + excluded.rows
)
SELECT (SELECT count(*) FROM brought), (SELECT count(*) FROM repeated)
