-- One participation a person and meeting; what was blank is filled in. A meeting's own row is there by now.
INSERT INTO records_participation AS participation (
    key, meeting_id, customer_id, participant_id, user_id, name, original_name, email, role, status, place, joined_at,
    left_at, seconds, source, location, source_import_id, created_at
)
SELECT
    staged.key, min(meeting.id), min(staged.customer_id), max(participant_id), max(user_id),
    (array_agg(name ORDER BY name = '', line))[1], (array_agg(original_name ORDER BY original_name = '', line))[1],
    max(email), max(role), max(status), (array_agg(place ORDER BY place IS NULL, line))[1], min(joined_at), NULL,
    coalesce(max(seconds), 0), %(source)s, %(location)s, %(import)s, now()
FROM staged_stretch AS staged
JOIN records_meeting AS meeting ON meeting.uid = staged.meeting_uid
GROUP BY staged.key
ON CONFLICT (key) DO UPDATE SET
    customer_id = coalesce(participation.customer_id, excluded.customer_id),
    participant_id = coalesce(nullif(participation.participant_id, ''), excluded.participant_id),
    user_id = coalesce(nullif(participation.user_id, ''), excluded.user_id),
    name = coalesce(nullif(participation.name, ''), excluded.name),
    original_name = coalesce(nullif(participation.original_name, ''), excluded.original_name),
    email = coalesce(nullif(participation.email, ''), excluded.email),
    role = coalesce(nullif(participation.role, ''), excluded.role),
    status = coalesce(nullif(excluded.status, ''), participation.status),
    place = coalesce(participation.place, excluded.place);

INSERT INTO records_interval AS stretch (participation_id, joined_at, left_at, leave_reason, source_import_id)
SELECT DISTINCT ON (staged.key, staged.joined_at)
    participation.id, staged.joined_at, staged.left_at, staged.leave_reason, %(import)s::bigint
FROM staged_stretch AS staged
JOIN records_participation AS participation ON participation.key = staged.key
WHERE staged.seconds IS NULL
ORDER BY staged.key, staged.joined_at, staged.left_at DESC NULLS LAST
ON CONFLICT (participation_id, joined_at) DO UPDATE SET
    left_at = excluded.left_at, leave_reason = excluded.leave_reason
WHERE stretch.left_at IS NULL AND excluded.left_at IS NOT NULL
