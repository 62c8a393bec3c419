-- Of each question that is answered by a number: in each wave how many people answered, their mean, and of those asked
-- whether they recommend the share that does less the share that does not (net promoter score, -100 to 100).
-- `first` is the first wave's survey. Relies on answer_of_question.
SELECT
    coalesce(question.first_asked_id, question.id),
    question.survey_id,
    count(DISTINCT coalesce(submission.customer_id, -submission.id)),
    avg(answer.number),
    100.0 * (count(*) FILTER (WHERE answer.number >= 9) - count(*) FILTER (WHERE answer.number <= 6)) / count(*)
FROM records_survey AS survey
JOIN records_question AS question ON question.survey_id = survey.id
JOIN records_answer AS answer ON answer.question_id = question.id AND answer.number IS NOT NULL
JOIN records_submission AS submission ON submission.id = answer.submission_id
WHERE survey.id = %(first)s OR survey.first_wave_id = %(first)s
GROUP BY coalesce(question.first_asked_id, question.id), question.survey_id
