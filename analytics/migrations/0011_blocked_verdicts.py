"""Why a test that has ended has no verdict: its people were not divided as meant."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("analytics", "0010_days_by_month")]

    operations = [
        migrations.AddField("reachedverdict", "blocked", models.TextField(db_default="", default="")),
        migrations.AddConstraint(
            "reachedverdict",
            models.CheckConstraint(condition=Q(blocked="") | Q(variant=None), name="reached_verdict_blocked"),
        ),
    ]
