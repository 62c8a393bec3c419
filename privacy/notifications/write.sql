-- Notifications, each once for its user (notification_once). One that was withdrawn is there again, as it was: whoever
-- had read it has read it. Answers whose they are, of those that are new or there again.
INSERT INTO privacy_notification AS known (
    id, user_id, kind, about, subject, address, at, "on", made_at, mail, tries
)
SELECT gen_random_uuid(), user_id, %(kind)s, about, subject, address, at, day, now(), 'waiting', 0
FROM unnest(
    %(users)s::bigint[], %(abouts)s::uuid[], %(subjects)s::uuid[], %(addresses)s::text[], %(ats)s::timestamptz[],
    %(days)s::date[]
) AS note (user_id, about, subject, address, at, day)
ON CONFLICT (user_id, about) DO UPDATE SET withdrawn_at = NULL WHERE known.withdrawn_at IS NOT NULL
RETURNING user_id
