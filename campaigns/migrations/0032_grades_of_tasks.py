"""How surely it is known who asked stands in the task, too. Of tasks of before it stands in their event."""

from django.db import migrations, models

GRADES = ["verified", "claimed", "addressee", "unknown"]
# The event is the recipient's, of the moment at which it was asked: found by the log's key.
FROM_THE_LOG = """
UPDATE campaigns_followup AS task
SET grade = event.grade::text
FROM campaigns_event AS event
WHERE event.viewer_id = task.viewer_id AND event.occurred_at = task.asked_at AND event.id = task.event_id
    AND event.grade <> 'addressee'
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0031_letters_of_passing_on")]

    operations = [
        migrations.AddField(
            model_name="followup",
            name="grade",
            field=models.CharField(
                choices=[
                    ("verified", "Verified"),
                    ("claimed", "Claimed"),
                    ("addressee", "Addressee"),
                    ("unknown", "Unknown"),
                ],
                default="addressee",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(condition=models.Q(("grade__in", GRADES)), name="follow_up_grade"),
        ),
        migrations.RunSQL(FROM_THE_LOG, migrations.RunSQL.noop),
    ]
