-- A session is known by its own name (uid); what was not known of it yet is filled in, what was is left alone.
INSERT INTO records_meeting AS meeting (
    key, uid, number, started_at, ended_at, duration_seconds, topic, kind, host_id, host_name, host_email,
    source, location, source_import_id, created_at
)
SELECT
    key, uid, number, started_at, ended_at, extract(epoch FROM ended_at - started_at)::integer, topic, kind, host_id,
    host_name, host_email, %(source)s, %(location)s, %(import)s, now()
FROM staged_meeting
ON CONFLICT (uid) DO UPDATE SET
    started_at = least(meeting.started_at, excluded.started_at),
    ended_at = coalesce(meeting.ended_at, excluded.ended_at),
    duration_seconds = extract(epoch FROM
        coalesce(meeting.ended_at, excluded.ended_at) - least(meeting.started_at, excluded.started_at))::integer,
    topic = coalesce(meeting.topic, excluded.topic),
    kind = coalesce(nullif(meeting.kind, ''), excluded.kind),
    host_id = coalesce(nullif(meeting.host_id, ''), excluded.host_id),
    host_name = coalesce(nullif(meeting.host_name, ''), excluded.host_name),
    host_email = coalesce(nullif(meeting.host_email, ''), excluded.host_email)
