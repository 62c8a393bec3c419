-- Staged rows with their names resolved, in `staged_fact`; what does not resolve is rejected below.
DROP TABLE IF EXISTS pg_temp.staged_fact;
CREATE TEMPORARY TABLE staged_fact ON COMMIT DROP AS
SELECT
    row.line, coalesce(row.event_id, pg_temp.line_uuid(%(content)s, row.line, 1)) AS id, row.kind::event_kind AS kind,
    row.occurred_at, person.customer_id, person.key, campaign.id AS campaign_id, variant.id AS variant_id,
    material.id AS material_id, coalesce(row.version, material.version) AS version, staff.id AS sender_id, row.visit,
    coalesce(row.grade, CASE WHEN person.key IS NULL THEN 'unknown' ELSE 'addressee' END)::event_grade AS grade,
    row.page, (row.dwell_seconds * 1000)::integer AS dwell_ms, row.amount, coalesce(row.signals, 0) AS signals,
    -- Came through the share of the customer who is named, and nobody knows who it was: the visit is the viewer.
    row.grade = 'unknown' AND person.key IS NOT NULL AS forwarded
FROM staged_row AS row
LEFT JOIN staged_person AS person USING (line)
LEFT JOIN campaigns_campaign AS campaign ON campaign.slug = row.campaign
LEFT JOIN campaigns_variant AS variant ON variant.campaign_id = campaign.id AND variant.name = row.variant
LEFT JOIN campaigns_material AS material ON material.slug = row.material
LEFT JOIN privacy_user AS staff ON staff.email = lower(row.shared_by) AND row.shared_by IS NOT NULL;
ANALYZE staged_fact;

INSERT INTO staged_reject (line, field, reason)
SELECT line, problem[1], problem[2]
FROM (
    SELECT line, CASE
        WHEN row.occurred_at < CASE event_series_of(fact.kind)
            WHEN 'insight' THEN %(first_insight)s::timestamptz ELSE %(first_promotion)s::timestamptz
        END THEN ARRAY['occurred_at', 'is older than such events are kept']
        WHEN row.campaign IS NOT NULL AND fact.campaign_id IS NULL THEN ARRAY['campaign', 'is no campaign''s slug']
        WHEN row.variant IS NOT NULL AND row.campaign IS NULL THEN ARRAY['variant', 'is given without a campaign']
        WHEN row.variant IS NOT NULL AND fact.variant_id IS NULL
            THEN ARRAY['variant', 'is no variant of the campaign']
        WHEN row.material IS NOT NULL AND fact.material_id IS NULL THEN ARRAY['material', 'is no material''s slug']
        WHEN row.shared_by IS NOT NULL AND fact.sender_id IS NULL
            THEN ARRAY['shared_by', 'is nobody with an account here']
        WHEN row.material IS NULL AND row.kind IN ('shared', 'view', 'page')
            THEN ARRAY['material', 'is empty, and a row of this kind needs it']
        WHEN row.page IS NULL AND row.kind = 'page' THEN ARRAY['page', 'is empty, and a row of this kind needs it']
        WHEN row.customer IS NULL AND row.email IS NULL AND row.kind = 'shared'
            THEN ARRAY['customer', 'is empty, and a row of this kind needs it']
        WHEN row.visit IS NULL AND (forwarded OR (row.customer IS NULL AND row.email IS NULL))
            THEN ARRAY['visit', 'is empty, and without it or a customer nobody is the viewer']
        WHEN forwarded AND row.material IS NULL
            THEN ARRAY['material', 'is empty, and through which share they came is not known']
    END AS problem
    FROM staged_row AS row
    JOIN staged_fact AS fact USING (line)
) AS checked
WHERE problem IS NOT NULL
