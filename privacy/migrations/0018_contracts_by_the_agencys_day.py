from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
FUNCTION = (SQL / "contract_is_over.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("privacy", "0017_destructions_journaled")]

    operations = [migrations.RunSQL(FUNCTION, FUNCTION.replace("- 2 THEN", "- 1 THEN"))]
