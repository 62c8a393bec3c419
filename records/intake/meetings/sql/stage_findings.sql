DROP TABLE IF EXISTS pg_temp.staged_meeting, pg_temp.staged_stretch, pg_temp.staged_message, pg_temp.known_line;
CREATE TEMPORARY TABLE staged_meeting (
    key uuid, uid text, number text, started_at timestamptz, ended_at timestamptz, topic bytea, kind text,
    host_id text, host_name text, host_email text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_stretch (
    line bigint, key uuid, meeting_uid text, customer_id bigint, participant_id text, user_id text, name text,
    original_name text, email text, role text, status text, place bytea, joined_at timestamptz, left_at timestamptz,
    leave_reason text, seconds integer
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_message (
    line bigint, key uuid, meeting_uid text, customer_id bigint, number text, main_number text,
    main_sent_at timestamptz, channel text, sender text, sent_at timestamptz, state text, text bytea, file_name bytea,
    file_size bigint, retention_rule text
) ON COMMIT DROP;
-- Lines that say nothing new, and the import that said it before.
CREATE TEMPORARY TABLE known_line (line bigint, import_id bigint) ON COMMIT DROP
