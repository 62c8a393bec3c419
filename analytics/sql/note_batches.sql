-- What a rebuild is made of: the batches that are there, and those that were taken back whose judgements of others' events
-- still hold (the last part, without a span: none of their events is left). Relies on the judgements' index by batch.
CREATE TABLE rebuilding.batch AS
SELECT
    id, first_at, last_at, judgement_count, event_count + assignment_count + judgement_count AS facts,
    false AS is_done, now() AS noted_at
FROM campaigns_eventbatch
UNION ALL
SELECT batch_id, NULL, NULL, count(*), count(*), false, now()
FROM campaigns_judgement AS judgement
WHERE NOT EXISTS (SELECT FROM campaigns_eventbatch AS batch WHERE batch.id = judgement.batch_id)
GROUP BY batch_id
