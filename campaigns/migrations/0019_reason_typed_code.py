"""One reason more. In a migration of its own: a new value of a type may be used only once it is committed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0018_announced_batches")]

    operations = [
        migrations.RunSQL(
            "ALTER TYPE event_reason ADD VALUE IF NOT EXISTS 'typed_code' AFTER 'recorded_outcome'",
            migrations.RunSQL.noop,
        ),
    ]
