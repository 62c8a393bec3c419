"""Whether the journal outside the database tells of a destruction of paper or media."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("privacy", "0016_safeguards")]

    operations = [
        migrations.AddField("destruction", "is_journaled", models.BooleanField(default=False, editable=False)),
        migrations.AddIndex(
            "destruction",
            models.Index(
                condition=models.Q(("is_journaled", False), ("state", "done")),
                fields=["id"],
                name="destruction_unjournaled",
            ),
        ),
    ]
