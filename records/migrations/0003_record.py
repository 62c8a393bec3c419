"""The long tail of the notice's records: range-partitioned by the month (UTC) in which they were collected."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
TABLE = (SQL / "record.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("records", "0002_records_of_the_notice"), ("privacy", "0003_access_log")]

    operations = [migrations.RunSQL(TABLE, "DROP TABLE records_record")]
