-- Rows that are not new: the same answers are already there, others are a reject that names the first column. Where a
-- row is a submission, a question that the file has a column for and the row leaves open is compared too.
-- Relies on the unique key of records_answer (submission, question).
DROP TABLE IF EXISTS pg_temp.known_row;
CREATE TEMPORARY TABLE known_row ON COMMIT DROP AS
SELECT entry.line, known.source_import_id, known.id AS submission_id
FROM staged_entry AS entry
JOIN records_submission AS known ON known.survey_id = %(survey)s AND known.number = entry.number
WHERE line NOT IN (SELECT line FROM new_answer) AND line NOT IN (SELECT line FROM staged_reject);

DROP TABLE IF EXISTS pg_temp.known_answer;
CREATE TEMPORARY TABLE known_answer ON COMMIT DROP AS
SELECT
    known_row.line, coalesce(%(answer_field)s, 'q_' || question.number) AS field, question.number AS question,
    question.element = ANY(%(feelings)s) AS is_feeling, staged.value, answer.key, answer.text, answer.number,
    answer.feeling, coalesce(customer.key, submission.key) AS subject
FROM known_row
JOIN records_submission AS submission ON submission.id = known_row.submission_id
JOIN records_question AS question ON question.survey_id = %(survey)s AND question.number = ANY(%(questions)s)
LEFT JOIN staged_answer AS staged ON staged.line = known_row.line AND staged.question = question.number
LEFT JOIN records_answer AS answer ON answer.submission_id = submission.id AND answer.question_id = question.id
LEFT JOIN records_customer AS customer ON customer.id = submission.customer_id
WHERE staged.line IS NOT NULL OR NOT %(answer_a_row)s;

INSERT INTO staged_reject (line, field, reason)
SELECT line, field, 'differs from what is known of this submission'
FROM known_answer
WHERE (value IS NULL) <> (key IS NULL) OR NOT is_feeling AND CASE
    WHEN number IS NOT NULL THEN number <> value::numeric
    ELSE text <> value
END
