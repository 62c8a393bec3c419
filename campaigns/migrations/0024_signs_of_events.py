from django.db import migrations

# What find_suspects looks for near events that come: few of the log, so that it is a small index and written seldom.
SIGNS = """
CREATE INDEX campaigns_event_signs ON campaigns_event (viewer_id, occurred_at)
WHERE signals & 32 = 0 AND kind NOT IN ('shared', 'delivered')
    AND (signals <> 0 OR grade = 'verified' OR reason <> 'no_sign')
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0023_surveys_asked")]

    operations = [migrations.RunSQL(SIGNS, "DROP INDEX campaigns_event_signs")]
