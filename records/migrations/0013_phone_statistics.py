"""How many differ of the telephone numbers as they are looked for.

The indexes on them are partial, and of a partial index's expression the planner takes no statistics: it would take one
customer in two hundred for who has a number, and walk along the names instead.
"""

from django.db import migrations

MAKE = """
CREATE STATISTICS customer_phone_statistics ON (fold_phone(phone)) FROM records_customer;
CREATE STATISTICS contact_phone_statistics ON (fold_phone(value)) FROM records_contactpoint;
"""
DROP = "DROP STATISTICS contact_phone_statistics, customer_phone_statistics"


class Migration(migrations.Migration):
    dependencies = [("records", "0012_lean_indexes")]

    operations = [migrations.RunSQL(MAKE, DROP)]
