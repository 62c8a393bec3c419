-- Shares whose senders want to know and were not told within a day, and which a person has visited since: taken.
-- A minute passes first, in which a scanner shows itself and the verdict may change. Who is told is told by this row,
-- so that two workers never tell of the same share.
-- Relies on share_to_notify, on the log's key, which begins with viewer_id, and on campaigns_event_forwarded.
UPDATE campaigns_share AS share SET notified_at = %(now)s
WHERE share.id IN (
    SELECT waiting.id
    FROM campaigns_share AS waiting
    WHERE waiting.notifies_sender AND waiting.revoked_at IS NULL AND waiting.sender_id IS NOT NULL
        AND (waiting.notified_at IS NULL OR waiting.notified_at <= %(day_ago)s)
        AND EXISTS (
            SELECT
            FROM (
                SELECT occurred_at, kind, verdict
                FROM {log} AS known
                WHERE known.viewer_id = waiting.recipient_id AND known.share_id = waiting.id
                UNION ALL
                SELECT occurred_at, kind, verdict
                FROM {log} AS forwarded
                WHERE forwarded.viewer_id < 0 AND forwarded.share_id = waiting.id
            ) AS event
            WHERE event.verdict = 'human' AND event.kind IN ('visit', 'view', 'page')
                AND event.occurred_at <= %(minute_ago)s
                AND event.occurred_at > coalesce(waiting.notified_at - interval '1 minute', '-infinity')
        )
    ORDER BY waiting.id
    LIMIT %(most)s
    FOR UPDATE SKIP LOCKED
)
RETURNING share.id, share.sender_id
