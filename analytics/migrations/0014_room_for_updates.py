from pathlib import Path

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

SQL = Path(__file__).parent / "sql"
MAKE_PARTITION = (SQL / "viewer_day_partition.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("analytics", "0013_likely_to_respond")]

    operations = [
        migrations.RunSQL(SET, RESET),
        migrations.RunSQL(
            OF_DAYS.replace("{change}", "SET (fillfactor = 80)"), OF_DAYS.replace("{change}", "RESET (fillfactor)")
        ),
        migrations.RunSQL(MAKE_PARTITION, MAKE_PARTITION.replace(" WITH (fillfactor = 80)", "")),
    ]
