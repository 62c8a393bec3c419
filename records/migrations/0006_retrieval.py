"""Names, addresses and telephone numbers in the form in which they are looked for, and the indexes for it."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
FUNCTIONS = (SQL / "folding.sql").read_text()
DROP_FUNCTIONS = "DROP FUNCTION fold_phone(text); DROP FUNCTION fold_name(text)"

INDEXES = (SQL / "folded_indexes.sql").read_text()
DROP_INDEXES = """
DROP INDEX contact_name_folded, contact_phone_folded, organization_name_folded, customer_mail_address,
    customer_phone_folded, customer_merged_name_folded, customer_name_folded
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0005_identity")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(INDEXES, DROP_INDEXES),
    ]
