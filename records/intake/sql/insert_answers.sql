INSERT INTO records_answer (key, submission_id, question_id, text, number, feeling)
SELECT
    staged.key, submission_id, question_id,
    CASE WHEN is_feeling OR is_number THEN '' ELSE staged.value END,
    CASE WHEN is_number AND NOT is_feeling THEN staged.value::numeric END,
    feeling.value
FROM new_answer AS staged
LEFT JOIN sealed_cell AS feeling ON feeling.key = staged.key
