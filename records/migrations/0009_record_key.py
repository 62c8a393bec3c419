"""A record of the long tail is opened by its key alone: an index for it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0008_questions")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX records_record_key ON records_record (key)", "DROP INDEX records_record_key"
        ),
    ]
