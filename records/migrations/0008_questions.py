"""Questions have addresses of their own, and may change places; a registration's gathering is called its event."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0007_meetings_and_webhooks")]

    operations = [
        # The database's default gives each row that is there a key of its own; it is taken away again.
        migrations.AddField(
            "question",
            "key",
            models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False),
        ),
        migrations.AlterField("question", "key", models.UUIDField(default=uuid.uuid4, unique=True, editable=False)),
        migrations.AlterField(
            "registration",
            "gathering",
            models.ForeignKey(
                to="records.gathering",
                on_delete=models.PROTECT,
                related_name="registrations",
                verbose_name="event",
            ),
        ),
        migrations.RemoveConstraint("question", "question_number_once"),
        migrations.AddConstraint(
            "question",
            models.UniqueConstraint(
                fields=["survey", "number"], name="question_number_once", deferrable=models.Deferrable.DEFERRED
            ),
        ),
    ]
