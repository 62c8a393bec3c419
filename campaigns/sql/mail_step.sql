-- Mark one message and begin the next, committed together: of each worker at most one message is begun and unmarked.
-- A message that became `in doubt` meanwhile is marked by the worker that had it after all; one that somebody settled
-- is not. What is claimed no longer, or whose mailing is paused, is not begun.
WITH marked AS (
    UPDATE campaigns_mailmessage
    SET state = %(state)s, why = %(why)s, retry_at = statement_timestamp() + %(after)s,
        sent_at = CASE WHEN %(state)s = 'sent' THEN statement_timestamp() END
    WHERE id = %(done)s AND claimed_by = %(by)s AND state IN ('claimed', 'in doubt')
)
UPDATE campaigns_mailmessage AS message
SET begun_at = statement_timestamp(), attempts = attempts + 1, address_hash = %(address_hash)s
FROM campaigns_mailing AS mailing
WHERE message.id = %(next)s AND message.claimed_by = %(by)s AND message.state = 'claimed'
    AND mailing.id = message.mailing_id AND mailing.state = 'sending'
