-- How many people gave each answer to each question of a survey; of a question with several answers, each by itself.
-- Texts are not compared and feelings are sealed: of those only how many people answered (answer is null).
-- Persons are told apart by hashing before they are counted: count(DISTINCT) would sort every group.
-- Relies on the unique key of records_answer (submission, question) and on answer_of_question.
SELECT question_id, answer, count(*)
FROM (
    SELECT DISTINCT question.id AS question_id, given.answer, coalesce(submission.customer_id, -submission.id)
    FROM records_question AS question
    JOIN records_answer AS answer ON answer.question_id = question.id
    JOIN records_submission AS submission ON submission.id = answer.submission_id
    CROSS JOIN LATERAL (
        SELECT NULL::text AS answer
        UNION ALL
        SELECT chosen FROM unnest(CASE
            WHEN answer.feeling IS NOT NULL OR question.kind = 'text' THEN ARRAY[]::text[]
            WHEN question.kind = 'several' THEN string_to_array(answer.text, '; ')
            WHEN answer.number IS NOT NULL THEN ARRAY[trim_scale(answer.number)::text]
            ELSE ARRAY[answer.text]
        END) AS chosen
    ) AS given
    WHERE question.survey_id = %(survey)s
) AS person
GROUP BY question_id, answer
