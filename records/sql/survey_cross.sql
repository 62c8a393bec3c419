-- How many people gave each pair of answers to two questions of a survey; of several answers each by itself.
-- Relies on answer_of_question and on the unique key of records_answer (submission, question).
WITH given AS (
    SELECT answer.question_id, answer.submission_id, chosen
    FROM records_answer AS answer
    JOIN records_question AS question ON question.id = answer.question_id
    CROSS JOIN LATERAL unnest(CASE
        WHEN question.kind = 'several' THEN string_to_array(answer.text, '; ')
        WHEN answer.number IS NOT NULL THEN ARRAY[trim_scale(answer.number)::text]
        ELSE ARRAY[answer.text]
    END) AS chosen
    WHERE answer.question_id IN (%(down)s, %(across)s) AND answer.feeling IS NULL
)
SELECT down.chosen, across.chosen, count(DISTINCT coalesce(submission.customer_id, -submission.id))
FROM given AS down
JOIN given AS across ON across.submission_id = down.submission_id AND across.question_id = %(across)s
JOIN records_submission AS submission ON submission.id = down.submission_id
WHERE down.question_id = %(down)s
GROUP BY down.chosen, across.chosen
