"""Whose a customer is, from one index: a manager's look-up asks it of each of thousands of names."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0014_saved_views")]

    operations = [
        migrations.AddIndex(
            "customerassignment", models.Index(fields=["customer", "until", "staff"], name="assignment_of_customer")
        ),
        # The new one serves what its own index did.
        migrations.AlterField(
            "customerassignment",
            "customer",
            models.ForeignKey(
                "records.customer", django.db.models.deletion.CASCADE, related_name="assignments", db_index=False
            ),
        ),
    ]
