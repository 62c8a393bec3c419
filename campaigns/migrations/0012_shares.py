"""When a sender was last told of a visit, and the indexes of what the sender's pages read."""

from django.conf import settings
from django.db import migrations, models

# A visit of nobody known has a viewer of its own, so the share is what finds it. Few events are such.
FORWARDED = "CREATE INDEX campaigns_event_forwarded ON campaigns_event (share_id, occurred_at) WHERE viewer_id < 0"


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0011_materials"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(model_name="share", name="notified_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(fields=["sender", "-shared_at", "-id"], name="share_of_sender"),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(fields=["-shared_at", "-id"], name="share_newest"),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(
                condition=models.Q(("notifies_sender", True), ("revoked_at", None)),
                fields=["notified_at"],
                name="share_to_notify",
            ),
        ),
        migrations.RunSQL(FORWARDED, "DROP INDEX campaigns_event_forwarded"),
    ]
