-- Which submission each row belongs to; those that nobody knows are made. A row that says another person or moment
-- than its submission is a reject. Relies on the unique key of records_submission (survey, number).
DROP TABLE IF EXISTS pg_temp.staged_entry;
CREATE TEMPORARY TABLE staged_entry ON COMMIT DROP AS
SELECT *, row_number() OVER (PARTITION BY number ORDER BY line) = 1 AND NOT EXISTS (
    SELECT FROM records_submission AS known WHERE known.survey_id = %(survey)s AND known.number = entry.number
) AS is_first
FROM (
    SELECT
        row.line, coalesce(row.number, left(%(content)s, 16) || ':' || row.line) AS number, row.submitted_at,
        person.customer_id, CASE WHEN row.customer IS NULL AND row.email IS NOT NULL THEN 'email' ELSE 'customer' END AS person_field
    FROM staged_row AS row
    LEFT JOIN staged_person AS person USING (line)
    WHERE line IN (SELECT line FROM staged_answer) AND line NOT IN (SELECT line FROM staged_reject)
) AS entry;

INSERT INTO records_submission (
    key, survey_id, customer_id, number, submitted_at, retention_rule, source, location, source_import_id, created_at
)
SELECT
    gen_random_uuid(), %(survey)s, customer_id, number, submitted_at, %(rule)s, %(source)s, %(location)s, %(import)s,
    now()
FROM staged_entry
WHERE is_first;

INSERT INTO staged_reject (line, field, reason)
SELECT
    line, CASE WHEN known.submitted_at <> entry.submitted_at THEN 'submitted_at' ELSE person_field END,
    'differs from what is known of this submission'
FROM staged_entry AS entry
JOIN records_submission AS known ON known.survey_id = %(survey)s AND known.number = entry.number
WHERE known.submitted_at <> entry.submitted_at OR known.customer_id IS DISTINCT FROM entry.customer_id;

-- The answers that are new: of this import's own submissions, each question once.
DROP TABLE IF EXISTS pg_temp.new_answer;
CREATE TEMPORARY TABLE new_answer ON COMMIT DROP AS
SELECT DISTINCT ON (submission.id, question.id)
    gen_random_uuid() AS key, entry.line, submission.id AS submission_id, question.id AS question_id, question.number AS question,
    staged.value,
    question.element = ANY(%(feelings)s) AS is_feeling, question.kind = ANY(%(numbers)s) AS is_number,
    coalesce(customer.key, submission.key) AS subject
FROM staged_entry AS entry
JOIN records_submission AS submission ON submission.survey_id = %(survey)s AND submission.number = entry.number
JOIN staged_answer AS staged USING (line)
JOIN records_question AS question ON question.survey_id = %(survey)s AND question.number = staged.question
LEFT JOIN records_customer AS customer ON customer.id = submission.customer_id
WHERE submission.source_import_id = %(import)s AND (entry.is_first OR %(answer_a_row)s)
    AND line NOT IN (SELECT line FROM staged_reject)
    AND NOT EXISTS (
        SELECT FROM records_answer AS known
        WHERE known.submission_id = submission.id AND known.question_id = question.id
    )
ORDER BY submission.id, question.id, line
