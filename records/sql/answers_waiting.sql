-- The blocks to be counted again, of those that are named in `recount`: blocks of 1,024 submissions, and blocks of 256
-- persons (`is_repeated`). A new submission concerns its person's block only where they have handed in another: else each one
-- of many who answer at the same time would have all other persons of their block counted again.
-- Relies on customer_merged_into and submission_of_customer. How many are noted the planner cannot know: what is looked
-- up for each stands as a subquery, which is never turned into a read of the whole table.
waiting (is_repeated, block) AS MATERIALIZED (
    SELECT false, submission_id >> 10 FROM recount WHERE submission_id IS NOT NULL
    UNION
    SELECT true, person.id >> 8
    FROM (SELECT DISTINCT person_id FROM recount) AS noted
    CROSS JOIN LATERAL (
        VALUES (person_id), ((SELECT merged_into_id FROM records_customer WHERE id = person_id))
    ) AS person (id)
    WHERE person.id IS NOT NULL
    UNION
    SELECT true, person.id >> 8
    FROM recount
    CROSS JOIN LATERAL (
        SELECT submission.id AS submission_id, survey_id, coalesce(merged_into_id, customer_id) AS id
        FROM records_submission AS submission JOIN records_customer AS customer ON customer.id = customer_id
        WHERE submission.id = recount.submission_id
        OFFSET 0
    ) AS person
    CROSS JOIN LATERAL (
        SELECT FROM records_customer AS record JOIN records_submission AS other ON other.customer_id = record.id
        WHERE (record.id = person.id OR record.merged_into_id = person.id)
            AND other.survey_id = person.survey_id AND other.id <> person.submission_id
        LIMIT 1
    ) AS again
    WHERE recount.person_id IS NULL
)
