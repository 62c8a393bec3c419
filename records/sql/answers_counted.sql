-- How often each answer was given to the questions of some surveys, and by how many people: the tally, and of what has
-- changed since it was counted what it should be, as of one moment.
-- Relies on the primary key of records_answertally.
WITH recount AS (SELECT submission_id, person_id FROM records_answerrecount),
{waiting},
{fresh},
counted AS (
    SELECT question_id, answer, is_repeated, given FROM records_answertally AS tally
    WHERE NOT EXISTS (
        SELECT FROM waiting WHERE (waiting.is_repeated, waiting.block) = (tally.is_repeated, tally.block)
    )
    UNION ALL
    SELECT question_id, answer, is_repeated, given FROM fresh
)
SELECT
    question_id, answer,
    coalesce(sum(given) FILTER (WHERE NOT is_repeated), 0)::bigint,
    sum(CASE WHEN is_repeated THEN -given ELSE given END)::bigint
FROM counted
WHERE question_id = ANY(ARRAY(SELECT id FROM records_question WHERE survey_id = ANY(%(surveys)s)))
GROUP BY question_id, answer
