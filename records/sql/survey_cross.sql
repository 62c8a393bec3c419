-- How many people gave each pair of answers to two questions of a survey; of several answers each by itself.
-- Alike pairs are counted before they are taken apart. What persons gave more than once is looked for only where the
-- tally knows of persons who answered the one question more than once, or where something changed since.
-- Relies on answer_of_question and on the primary key of records_answertally.
WITH recount AS (SELECT submission_id, person_id FROM records_answerrecount),
{waiting},
blocks_of_people (block) AS (
    SELECT block FROM records_answertally WHERE question_id = %(down)s AND is_repeated AND answer = ''
    UNION
    SELECT block FROM waiting WHERE is_repeated
),
{repeated},
asked AS (
    SELECT
        down.kind AS down_kind, down.choices AS down_choices, across.kind AS across_kind, across.choices AS across_choices
    FROM records_question AS down, records_question AS across
    WHERE down.id = %(down)s AND across.id = %(across)s
),
alike AS (
    SELECT
        down.text AS down_text, down.number AS down_number, across.text AS across_text, across.number AS across_number,
        count(*) AS given
    FROM records_answer AS down JOIN records_answer AS across USING (submission_id)
    WHERE down.question_id = %(down)s AND across.question_id = %(across)s
        AND down.feeling IS NULL AND across.feeling IS NULL
    GROUP BY down.text, down.number, across.text, across.number
),
given_by_person AS (
    SELECT person_id, down_chosen, across_chosen, count(*) AS given
    FROM repeated
    CROSS JOIN LATERAL (
        SELECT text, number FROM records_answer
        WHERE submission_id = repeated.submission_id AND question_id = %(down)s AND feeling IS NULL
        OFFSET 0
    ) AS down
    CROSS JOIN LATERAL (
        SELECT text, number FROM records_answer
        WHERE submission_id = repeated.submission_id AND question_id = %(across)s AND feeling IS NULL
        OFFSET 0
    ) AS across
    CROSS JOIN asked
    CROSS JOIN LATERAL records_answers_counted(down_kind, down_choices, down.text, down.number, false) AS down_chosen
    CROSS JOIN LATERAL
        records_answers_counted(across_kind, across_choices, across.text, across.number, false) AS across_chosen
    GROUP BY person_id, down_chosen, across_chosen
)
SELECT down_chosen, across_chosen, sum(given)::bigint
FROM (
    SELECT down_chosen, across_chosen, given
    FROM alike
    CROSS JOIN asked
    CROSS JOIN LATERAL records_answers_counted(down_kind, down_choices, down_text, down_number, false) AS down_chosen
    CROSS JOIN LATERAL
        records_answers_counted(across_kind, across_choices, across_text, across_number, false) AS across_chosen
    UNION ALL
    SELECT down_chosen, across_chosen, 1 - given FROM given_by_person
) AS pair
WHERE down_chosen <> '' AND across_chosen <> ''
GROUP BY down_chosen, across_chosen
