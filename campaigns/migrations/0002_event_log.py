"""The event log: enumerated types, the partitioned table, its partitions' maker, and who may do what with it."""

from pathlib import Path

from django.db import migrations

ENUMS = """
CREATE TYPE event_series AS ENUM ('insight', 'promotion');
CREATE TYPE event_kind AS ENUM ('shared', 'delivered', 'visit', 'view', 'page', 'response', 'conversion');
CREATE TYPE event_grade AS ENUM ('verified', 'claimed', 'addressee', 'unknown');
CREATE TYPE event_verdict AS ENUM ('human', 'scanner', 'preview', 'internal', 'unknown');
CREATE TYPE event_reason AS ENUM (
    'recorded_outcome', 'no_sign', 'no_focus', 'known_agent', 'internal_network', 'head_request', 'honeypot', 'burst'
);
"""
DROP_ENUMS = "DROP TYPE event_series, event_kind, event_grade, event_verdict, event_reason"

SQL = Path(__file__).parent / "sql"
TABLE = (SQL / "event_log.sql").read_text()
# A batch is appended in one stretch, so a summary of each 32 pages finds it at a thousandth of a B-tree's size.
BATCH = "CREATE INDEX campaigns_event_batch ON campaigns_event USING brin (batch_id) WITH (pages_per_range = 32)"

FUNCTIONS = """
CREATE FUNCTION event_series_of(kind event_kind) RETURNS event_series LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN kind IN ('visit', 'view', 'page') THEN 'insight' ELSE 'promotion' END::event_series
$$;
CREATE FUNCTION event_verdict_of(reason event_reason) RETURNS event_verdict LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE reason
        WHEN 'recorded_outcome' THEN 'human'
        WHEN 'no_sign' THEN 'human'
        WHEN 'no_focus' THEN 'unknown'
        WHEN 'internal_network' THEN 'internal'
        ELSE 'scanner'
    END::event_verdict
$$;
-- One month of one series. Two that need it at once: the second waits, then finds it made.
CREATE FUNCTION make_event_partition(series event_series, month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    partition text := format('campaigns_event_%s_%s', series, to_char(month, 'YYYY_MM'));
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('make_event_partition'));
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I PARTITION OF campaigns_event FOR VALUES FROM (%L, %L) TO (%L, %L)', partition,
        series, month::timestamp AT TIME ZONE 'UTC', series, (month + interval '1 month') AT TIME ZONE 'UTC'
    );
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM CURRENT_USER, PUBLIC', partition);
END
$$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION make_event_partition(event_series, date);
DROP FUNCTION event_verdict_of(event_reason);
DROP FUNCTION event_series_of(event_kind);
"""

# Append-only: the program's own role may insert and read. Taking events out (undo, disposal) is done as the keeper, a
# role that nobody logs in as and that has to be put on by name.
PRIVILEGES = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'waymark_keeper') THEN
        CREATE ROLE waymark_keeper NOLOGIN;
    END IF;
    IF NOT pg_has_role(CURRENT_USER, 'waymark_keeper', 'SET') THEN
        EXECUTE format('GRANT waymark_keeper TO %I WITH INHERIT FALSE, SET TRUE', CURRENT_USER);
    END IF;
END
$$;
REVOKE UPDATE, DELETE, TRUNCATE ON campaigns_event FROM CURRENT_USER, PUBLIC;
GRANT SELECT, DELETE ON campaigns_event TO waymark_keeper;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]

    operations = [
        migrations.RunSQL(ENUMS, DROP_ENUMS),
        migrations.RunSQL([TABLE, BATCH], "DROP TABLE campaigns_event"),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(PRIVILEGES, migrations.RunSQL.noop),
    ]
