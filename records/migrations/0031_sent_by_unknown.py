"""Who is unknown that registered, entered or answered stays so, also once the record is gone of whoever the link was
sent to.

Each step is a transaction of its own, and quick on a large table: the column is added without writing a row, the rows
are found by the indexes of `sent_through`, and the constraint is checked while others go on reading and writing.
"""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

OF_BEFORE = "UPDATE records_{table} SET is_by_unknown = true WHERE sent_through_id IS NOT NULL"
TABLES = ("registration", "submission")


def is_by_unknown(table: str) -> migrations.AddField:
    field = models.BooleanField("by an unknown person", db_default=False, default=False, editable=False)
    return migrations.AddField(table, "is_by_unknown", field)


def through_by_unknown(table: str) -> AddConstraintNotValid:
    condition = models.Q(sent_through=None) | models.Q(is_by_unknown=True)
    return AddConstraintNotValid(
        table, models.CheckConstraint(condition=condition, name=f"{table}_through_by_unknown")
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0030_sent_by_whom")]

    operations = [
        *(is_by_unknown(table) for table in TABLES),
        *(migrations.RunSQL(OF_BEFORE.format(table=table), migrations.RunSQL.noop) for table in TABLES),
        *(through_by_unknown(table) for table in TABLES),
        *(ValidateConstraint(table, f"{table}_through_by_unknown") for table in TABLES),
    ]
