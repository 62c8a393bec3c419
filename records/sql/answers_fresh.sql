-- What the tally's rows of the blocks in `waiting` should be, of these surveys or (null) of all. Alike answers are
-- counted before they are taken apart. Relies on answer_once (submission, question).
blocks_of_people (block) AS (SELECT block FROM waiting WHERE is_repeated),
{repeated},
alike AS (
    SELECT
        block, question.id AS question_id, kind, choices, answer.number, is_sealed,
        CASE WHEN kind = 'text' THEN '' ELSE answer.text END AS text,
        count(*) AS given
    FROM waiting
    CROSS JOIN LATERAL (
        SELECT question_id, text, number, feeling IS NOT NULL AS is_sealed FROM records_answer
        WHERE submission_id >= block << 10 AND submission_id < (block + 1) << 10
        OFFSET 0
    ) AS answer
    JOIN records_question AS question ON question.id = answer.question_id
    WHERE NOT is_repeated AND (%(surveys)s::bigint[] IS NULL OR question.survey_id = ANY(%(surveys)s))
    GROUP BY block, question.id, answer.number, is_sealed, 7
),
given_by_person AS (
    SELECT block, person_id, question.id AS question_id, chosen, count(*) AS given
    FROM repeated
    CROSS JOIN LATERAL (
        SELECT question_id, text, number, feeling IS NOT NULL AS is_sealed FROM records_answer
        WHERE submission_id = repeated.submission_id
        OFFSET 0
    ) AS answer
    JOIN records_question AS question ON question.id = answer.question_id
    CROSS JOIN LATERAL records_answers_counted(kind, choices, answer.text, answer.number, is_sealed) AS chosen
    GROUP BY block, person_id, question.id, chosen
),
fresh (is_repeated, block, question_id, answer, given) AS (
    SELECT false, block, question_id, chosen, sum(given)::bigint
    FROM alike CROSS JOIN LATERAL records_answers_counted(kind, choices, text, number, is_sealed) AS chosen
    GROUP BY block, question_id, chosen
    UNION ALL
    SELECT true, block, question_id, chosen, sum(given - 1)::bigint
    FROM given_by_person
    WHERE given > 1
    GROUP BY block, question_id, chosen
)
