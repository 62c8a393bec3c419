-- Take the next messages of a mailing that is being sent, and whose campaign, if it has one, is running.
-- Whoever claims at the same time gets others. Relies on the partial index mail_message_waiting.
WITH next AS MATERIALIZED (  -- Once: as a subquery it may be asked for each row, and then takes more than its limit.
    SELECT message.id
    FROM campaigns_mailmessage AS message
    WHERE message.mailing_id = %(mailing)s AND message.state = 'waiting'
        AND (message.retry_at IS NULL OR message.retry_at <= statement_timestamp())
        AND EXISTS (
            SELECT
            FROM campaigns_mailing AS mailing
            LEFT JOIN campaigns_campaign AS campaign ON campaign.id = mailing.campaign_id
            WHERE mailing.id = %(mailing)s AND mailing.state = 'sending'
                AND (campaign.id IS NULL OR campaign.state = 'running')
        )
    ORDER BY message.id
    LIMIT %(most)s
    FOR UPDATE OF message SKIP LOCKED
)
UPDATE campaigns_mailmessage AS claimed
SET state = 'claimed', claimed_by = %(by)s, claimed_at = statement_timestamp(), begun_at = NULL, settled_by_id = NULL, why = ''
FROM next
WHERE claimed.id = next.id
RETURNING claimed.id, claimed.share_id, claimed.identifier, claimed.attempts
