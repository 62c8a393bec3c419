-- One recipient a row. Who is in the campaign already, from an import of the same content, is already there; from
-- anywhere else, or from an earlier line, is a reject: the outcomes of one person must not count twice.
-- Relies on the unique keys of campaigns_viewer (key) and campaigns_assignment (viewer, campaign).
DROP TABLE IF EXISTS pg_temp.staged_recipient;
CREATE TEMPORARY TABLE staged_recipient ON COMMIT DROP AS
SELECT
    row.line, person.customer_id, named.key, row.occurred_at, variant.id AS variant_id,
    row_number() OVER (PARTITION BY named.key ORDER BY row.line) AS nth,
    batch.source_import_id AS known_import, source.content_hash AS known_content, assignment.id AS assignment_id
FROM staged_row AS row
LEFT JOIN staged_person AS person USING (line)
CROSS JOIN LATERAL (SELECT coalesce(person.key, pg_temp.line_uuid(%(content)s, row.line, 0)) AS key) AS named
JOIN campaigns_variant AS variant ON variant.name = row.variant AND variant.campaign_id = %(campaign)s
LEFT JOIN campaigns_viewer AS viewer ON viewer.key = named.key
LEFT JOIN campaigns_assignment AS assignment
    ON assignment.viewer_id = viewer.id AND assignment.campaign_id = %(campaign)s
LEFT JOIN campaigns_eventbatch AS batch ON batch.id = assignment.batch_id
LEFT JOIN records_import AS source ON source.id = batch.source_import_id
WHERE row.line NOT IN (SELECT line FROM staged_reject);

INSERT INTO staged_reject (line, field, reason)
SELECT
    line, %(person_field)s,
    CASE WHEN nth > 1 OR known_import = %(import)s THEN 'is on an earlier line too' ELSE 'is in this campaign already' END
FROM staged_recipient
WHERE nth > 1 OR (assignment_id IS NOT NULL AND (known_import = %(import)s OR known_content IS DISTINCT FROM %(content)s));

INSERT INTO staged_reject (line, field, reason)
SELECT line, 'occurred_at', 'is older than such events are kept'
FROM staged_recipient
WHERE occurred_at < %(first_kept)s::timestamptz;

DELETE FROM staged_recipient WHERE line IN (SELECT line FROM staged_reject);

INSERT INTO records_importoverlap (later_id, earlier_id, rows)
SELECT %(import)s, known_import, count(*)
FROM staged_recipient
WHERE known_import IS NOT NULL
GROUP BY known_import
ON CONFLICT (later_id, earlier_id) DO UPDATE SET rows = records_importoverlap.rows + excluded.rows;

DELETE FROM staged_recipient WHERE assignment_id IS NOT NULL
