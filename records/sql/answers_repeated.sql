-- What the persons of `blocks_of_people` handed in who handed in more than once to a survey, under whatever record; of
-- these surveys, or (null) of all.
-- Relies on submission_again and customer_merged_into. OFFSET 0 keeps the planner to looking up block by block: how many
-- there are it cannot know.
several (block, person_id, survey_id) AS (
    SELECT block, customer_id, survey_id
    FROM blocks_of_people
    CROSS JOIN LATERAL (
        SELECT customer_id, survey_id FROM records_submission
        WHERE customer_id >= block << 8 AND customer_id < (block + 1) << 8
            AND (%(surveys)s::bigint[] IS NULL OR survey_id = ANY(%(surveys)s))
        GROUP BY customer_id, survey_id HAVING count(*) > 1
        OFFSET 0
    ) AS theirs
    UNION
    SELECT block, merged_into_id, survey_id
    FROM blocks_of_people
    CROSS JOIN LATERAL (
        SELECT id, merged_into_id FROM records_customer
        WHERE merged_into_id >= block << 8 AND merged_into_id < (block + 1) << 8
        OFFSET 0
    ) AS merged
    CROSS JOIN LATERAL (
        SELECT survey_id FROM records_submission
        WHERE customer_id = merged.id AND (%(surveys)s::bigint[] IS NULL OR survey_id = ANY(%(surveys)s))
        OFFSET 0
    ) AS theirs
),
handed_in (block, person_id, submission_id, times) AS (
    SELECT block, person_id, theirs.id, count(*) OVER (PARTITION BY person_id, survey_id)
    FROM several
    CROSS JOIN LATERAL (
        -- None where the record is merged into another: what hangs on it is that person's, whose block may be another.
        SELECT id FROM records_customer WHERE id = person_id AND merged_into_id IS NULL
        UNION ALL
        SELECT id FROM records_customer WHERE merged_into_id = person_id
        OFFSET 0
    ) AS record
    CROSS JOIN LATERAL (
        SELECT id FROM records_submission WHERE customer_id = record.id AND survey_id = several.survey_id OFFSET 0
    ) AS theirs
),
repeated (block, person_id, submission_id) AS MATERIALIZED (
    SELECT block, person_id, submission_id FROM handed_in WHERE times > 1
)
