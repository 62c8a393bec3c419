"""What series and verdict an event has, each a constant of its type: of text, PostgreSQL looked the value up each time."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
SERIES_OF = (SQL / "event_series_of.sql").read_text()
VERDICT_OF = (SQL / "event_verdict_of.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0021_no_notified_at")]

    # What they answer is what it was: nothing has to be put back.
    operations = [migrations.RunSQL(SERIES_OF + VERDICT_OF, migrations.RunSQL.noop)]
