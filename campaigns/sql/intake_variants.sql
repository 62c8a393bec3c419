-- Into which variant each person of the chunk was drawn: as known, or as the first row `shared` of this chunk says.
-- Relies on the unique keys of campaigns_viewer (key) and campaigns_assignment (viewer, campaign).
DROP TABLE IF EXISTS pg_temp.staged_drawn;
CREATE TEMPORARY TABLE staged_drawn ON COMMIT DROP AS
WITH named AS (
    SELECT key, campaign_id, min(line) AS line FROM staged_fact WHERE key IS NOT NULL GROUP BY key, campaign_id
),
known AS (
    SELECT key, campaign_id, assignment.variant_id
    FROM named
    JOIN campaigns_viewer AS viewer USING (key)
    JOIN campaigns_assignment AS assignment USING (campaign_id)
    WHERE assignment.viewer_id = viewer.id
),
sharing AS (
    SELECT DISTINCT ON (key, campaign_id) key, campaign_id, variant_id
    FROM staged_fact
    WHERE kind = 'shared' AND variant_id IS NOT NULL AND line NOT IN (SELECT line FROM staged_reject)
    ORDER BY key, campaign_id, line
)
SELECT * FROM known
UNION ALL
SELECT *
FROM sharing
WHERE NOT EXISTS (
    SELECT FROM known WHERE known.key = sharing.key AND known.campaign_id = sharing.campaign_id
);

-- A row may leave out the variant of somebody already drawn, and of a campaign that has only one.
UPDATE staged_fact AS fact SET variant_id = drawn.variant_id
FROM staged_drawn AS drawn
WHERE fact.variant_id IS NULL AND drawn.key = fact.key AND drawn.campaign_id = fact.campaign_id;

UPDATE staged_fact AS fact SET variant_id = sole.variant_id
FROM (
    SELECT campaign_id, min(id) AS variant_id FROM campaigns_variant GROUP BY campaign_id HAVING count(*) = 1
) AS sole
WHERE fact.variant_id IS NULL AND sole.campaign_id = fact.campaign_id;

INSERT INTO staged_reject (line, field, reason)
SELECT line, 'variant', 'is empty, and the campaign has several'
FROM staged_fact
WHERE campaign_id IS NOT NULL AND variant_id IS NULL AND line NOT IN (SELECT line FROM staged_reject);

INSERT INTO staged_reject (line, field, reason)
SELECT line, 'variant', 'is not the one that the customer was drawn into'
FROM staged_fact AS fact
JOIN staged_drawn AS drawn USING (key, campaign_id)
WHERE fact.variant_id <> drawn.variant_id
