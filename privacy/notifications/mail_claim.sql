-- The notifications that go into letters now, marked as being sent, one letter a user; those that need no mail are
-- settled. At once: whatever waits. Daily: what was made before the last full hour %(hour)s of the user's own clock.
-- Off, read already, or of a thing of which a letter went within a day: not mailed.
-- Relies on notification_to_mail and notification_of_subject. Two workers never take the same rows.
WITH waiting AS (
    SELECT note.id, note.user_id, note.kind, note.subject, note.read_at, note.withdrawn_at, note.made_at,
        coalesce(wish.mode, 'at_once') AS mode, account.is_active,
        (
            date_trunc('day', local.clock - make_interval(hours => %(hour)s)) + make_interval(hours => %(hour)s)
        ) AT TIME ZONE account.time_zone AS digest_at
    FROM privacy_notification AS note
    JOIN privacy_user AS account ON account.id = note.user_id
    LEFT JOIN privacy_mailwish AS wish ON wish.user_id = note.user_id AND wish.kind = note.kind
    CROSS JOIN LATERAL (SELECT %(now)s AT TIME ZONE account.time_zone AS clock) AS local
    WHERE note.mail = 'waiting'
    ORDER BY note.made_at, note.id
    LIMIT %(most)s
    FOR UPDATE OF note SKIP LOCKED
),
judged AS (
    SELECT *,
        NOT is_active OR mode = 'off' OR read_at IS NOT NULL OR withdrawn_at IS NOT NULL OR EXISTS (
            SELECT FROM privacy_notification AS told
            WHERE told.user_id = waiting.user_id AND told.kind = waiting.kind AND told.subject = waiting.subject
                AND told.mail IN ('sending', 'sent', 'in_doubt') AND told.mailed_at > %(now)s - interval '1 day'
        ) AS is_skipped,
        mode = 'at_once' OR made_at < digest_at AS is_due
    FROM waiting
),
letters AS (SELECT user_id, gen_random_uuid() AS letter FROM judged WHERE is_due AND NOT is_skipped GROUP BY user_id),
settled AS (
    UPDATE privacy_notification AS note SET mail = 'skipped' FROM judged WHERE judged.id = note.id AND judged.is_skipped
)
UPDATE privacy_notification AS note SET mail = 'sending', letter = letters.letter, mailed_at = %(now)s
FROM judged
JOIN letters USING (user_id)
WHERE judged.id = note.id AND judged.is_due AND NOT judged.is_skipped
RETURNING note.letter, note.user_id
