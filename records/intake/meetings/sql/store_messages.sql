INSERT INTO records_message (
    key, meeting_id, customer_id, number, main_number, main_sent_at, channel, sender, sent_at, state, text, file_name,
    file_size, retention_rule, source, location, source_import_id, created_at
)
SELECT
    staged.key, meeting.id, staged.customer_id, staged.number, main_number, main_sent_at, channel, sender, sent_at,
    state, text, file_name, file_size, retention_rule, %(source)s, %(location)s, %(import)s, now()
FROM staged_message AS staged
LEFT JOIN records_meeting AS meeting ON meeting.uid = staged.meeting_uid
ON CONFLICT DO NOTHING
