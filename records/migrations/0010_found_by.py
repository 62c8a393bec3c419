"""What the list of customers finds somebody by: the last word of the name too, and the number whatever its case."""

from django.db import migrations

INDEXES = """
CREATE INDEX customer_last_word_folded ON records_customer (fold_name(substring(name, '[^ ]+$')));
CREATE INDEX customer_number_lower ON records_customer (lower(number));
"""
DROP_INDEXES = "DROP INDEX customer_number_lower, customer_last_word_folded"


class Migration(migrations.Migration):
    dependencies = [("records", "0009_record_key")]

    operations = [
        # customer_name_folded finds how a name begins.
        migrations.RemoveIndex(model_name="customer", name="customer_name_prefix"),
        migrations.RunSQL(INDEXES, DROP_INDEXES),
    ]
