"""Two kinds of events. In a migration of its own: a new value of a type may be used only once it is committed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_moved_viewer")]

    operations = [
        migrations.RunSQL("ALTER TYPE event_kind ADD VALUE IF NOT EXISTS 'download' AFTER 'page'", migrations.RunSQL.noop),
        migrations.RunSQL("ALTER TYPE event_kind ADD VALUE IF NOT EXISTS 'begun' AFTER 'download'", migrations.RunSQL.noop),
    ]
