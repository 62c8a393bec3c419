from django.db import migrations

# A fold changes rows that are there. Where their page has room the new row stays on it, and no index is written anew:
# a third less of the write-ahead log, and indexes that do not swell. Of small tables every row changes with each fold.
ROOM = {
    50: ("campaignday", "campaignvariant", "materialtotal", "materialpage", "verdictday"),
    80: ("campaignviewer", "viewermaterial", "viewerpage", "viewertotal"),
}
SET = [f"ALTER TABLE analytics_{table} SET (fillfactor = {part})" for part, tables in ROOM.items() for table in tables]
RESET = [f"ALTER TABLE analytics_{table} RESET (fillfactor)" for tables in ROOM.values() for table in tables]
# A partitioned table has no pages of its own: each of its partitions is told.
OF_DAYS = """
DO $$
DECLARE
    partition regclass;
BEGIN
    FOR partition IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'analytics_viewerday'::regclass LOOP
        EXECUTE format('ALTER TABLE %s {change}', partition);
    END LOOP;
END
$$;
"""
MAKE_PARTITION = """
CREATE OR REPLACE FUNCTION make_viewer_day_partition(series event_series, month date)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    partition text := format('analytics_viewerday_%s_%s', series, to_char(month, 'YYYY_MM'));
BEGIN
    -- By the parent that the search path names: a rebuild has one of its own.
    IF EXISTS (
        SELECT FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'analytics_viewerday'::regclass AND relname = partition
    ) THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('make_viewer_day_partition'));
    IF EXISTS (
        SELECT FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'analytics_viewerday'::regclass AND relname = partition
    ) THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE analytics_viewerday INCLUDING INDEXES){room}', partition);
    EXECUTE format(
        'ALTER TABLE analytics_viewerday ATTACH PARTITION %I FOR VALUES FROM (%L, %L) TO (%L, %L)', partition,
        series, month, series, (month + interval '1 month')::date
    );
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0013_likely_to_respond")]

    operations = [
        migrations.RunSQL(SET, RESET),
        migrations.RunSQL(
            OF_DAYS.replace("{change}", "SET (fillfactor = 80)"), OF_DAYS.replace("{change}", "RESET (fillfactor)")
        ),
        migrations.RunSQL(
            MAKE_PARTITION.replace("{room}", " WITH (fillfactor = 80)"), MAKE_PARTITION.replace("{room}", "")
        ),
    ]
