-- What the facts of a fold are about: campaigns, materials, and viewers, at most so many.
SELECT
    ARRAY(SELECT DISTINCT campaign_id FROM fold_facts WHERE campaign_id IS NOT NULL),
    ARRAY(SELECT DISTINCT material_id FROM fold_facts WHERE material_id IS NOT NULL),
    ARRAY(SELECT DISTINCT viewer_id FROM fold_facts WHERE viewer_id IS NOT NULL LIMIT %(limit)s)
