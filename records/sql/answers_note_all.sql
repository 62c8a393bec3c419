-- Every submission and whoever handed one in; and the blocks of which the tally has rows, though nobody may be left.
INSERT INTO records_answerrecount (submission_id, person_id)
SELECT id, NULL FROM records_submission
UNION
SELECT NULL, coalesce(customer.merged_into_id, customer.id)
FROM records_submission AS submission JOIN records_customer AS customer ON customer.id = submission.customer_id
UNION
SELECT CASE WHEN NOT is_repeated THEN block << 10 END, CASE WHEN is_repeated THEN block << 8 END
FROM records_answertally
