"""Indexes that a new customer pays for, without those that nobody asks."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The builtin collation sorts by code point: the unique index of each of these answers for the beginning of a text too.
TWICE = {
    "records_customer_number_8fd6a060_like": "records_customer (number varchar_pattern_ops)",
    "records_organization_number_af4d80bd_like": "records_organization (number varchar_pattern_ops)",
    "records_suppliercontract_award_number_89513b56_like": "records_suppliercontract (award_number varchar_pattern_ops)",
    "records_meeting_uid_1644b93e_like": "records_meeting (uid varchar_pattern_ops)",
    "records_mediafile_stored_as_03b7b626_like": "records_mediafile (stored_as varchar_pattern_ops)",
}
DROP_TWICE = f"DROP INDEX IF EXISTS {', '.join(TWICE)}"
MAKE_TWICE = ";".join(f"CREATE INDEX {name} ON {columns}" for name, columns in TWICE.items())

LAST_WORD = """
DROP INDEX customer_last_word_folded;
CREATE INDEX customer_last_word_folded ON records_customer (fold_name({}));
"""


def reference(**more: object) -> models.ForeignKey:
    return models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0011_uploads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(DROP_TWICE, MAKE_TWICE),
        migrations.RunSQL(
            LAST_WORD.format("split_part(name, ' ', -1)"), LAST_WORD.format("substring(name, '[^ ]+$')")
        ),
        migrations.AlterField(
            "customer", "created_by", reference(editable=False, related_name="+", to=settings.AUTH_USER_MODEL)
        ),
        migrations.AlterField(
            "customer", "merged_into", reference(editable=False, related_name="merged", to="records.customer")
        ),
        migrations.AlterField("customer", "territory", reference(related_name="customers", to="records.territory")),
        *(
            migrations.AddIndex(
                "customer",
                models.Index(
                    fields=[name], condition=models.Q((f"{name}__isnull", False)), name=f"customer_{name}"
                ),
            )
            for name in ("territory", "merged_into", "created_by")
        ),
    ]
