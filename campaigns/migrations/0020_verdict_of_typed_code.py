"""Whoever typed a code is a person."""

from django.db import migrations

VERDICT_OF = """
CREATE OR REPLACE FUNCTION event_verdict_of(reason event_reason) RETURNS event_verdict
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE reason
        WHEN 'recorded_outcome' THEN 'human'
        WHEN 'typed_code' THEN 'human'
        WHEN 'no_sign' THEN 'human'
        WHEN 'no_focus' THEN 'unknown'
        WHEN 'internal_network' THEN 'internal'
        WHEN 'preview_agent' THEN 'preview'
        ELSE 'scanner'
    END::event_verdict
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0019_reason_typed_code")]

    operations = [migrations.RunSQL(VERDICT_OF, migrations.RunSQL.noop)]
