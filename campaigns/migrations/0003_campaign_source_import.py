import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0002_event_log"),
        ("records", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="source_import",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="campaigns",
                to="records.import",
            ),
        ),
    ]
