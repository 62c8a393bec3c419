-- What the persons of `blocks_of_people` handed in who handed in more than once to a survey, under whatever record.
-- Relies on submission_of_customer and customer_merged_into. OFFSET 0 keeps the planner to looking up block by block:
-- how many there are it cannot know.
handed_in (block, person_id, submission_id, survey_id) AS (
    SELECT block, theirs.customer_id, theirs.id, theirs.survey_id
    FROM blocks_of_people
    CROSS JOIN LATERAL (
        SELECT id, customer_id, survey_id FROM records_submission
        WHERE customer_id >= block << 10 AND customer_id < (block + 1) << 10
        OFFSET 0
    ) AS theirs
    UNION ALL
    SELECT block, merged.merged_into_id, theirs.id, theirs.survey_id
    FROM blocks_of_people
    CROSS JOIN LATERAL (
        SELECT id, merged_into_id FROM records_customer
        WHERE merged_into_id >= block << 10 AND merged_into_id < (block + 1) << 10
        OFFSET 0
    ) AS merged
    CROSS JOIN LATERAL (
        SELECT id, survey_id FROM records_submission WHERE customer_id = merged.id OFFSET 0
    ) AS theirs
),
repeated (block, person_id, submission_id) AS MATERIALIZED (
    SELECT block, person_id, submission_id
    FROM (SELECT *, count(*) OVER (PARTITION BY person_id, survey_id) AS times FROM handed_in) AS counted
    -- What a merged record's customer handed in is the person's, whose block may be another.
    WHERE times > 1 AND (SELECT merged_into_id IS NULL FROM records_customer WHERE id = person_id)
)
