from pathlib import Path

from django.db import migrations

FOLDERS = Path(__file__).parent / "sql"
BEFORE = (FOLDERS / "folding.sql").read_text().partition("-- The last ten")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
FOLD = (FOLDERS / "folding_apostrophes.sql").read_text()
REINDEX = FOLD[FOLD.index("REINDEX") :]


class Migration(migrations.Migration):
    """The indexes of folded names hold what the function gave before: they are made anew."""

    dependencies = [("records", "0028_letters_of_studies")]

    operations = [migrations.RunSQL(FOLD, f"{BEFORE}{REINDEX}")]
