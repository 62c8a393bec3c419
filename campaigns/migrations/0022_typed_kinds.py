"""What series and verdict an event has, each a constant of its type: of text, PostgreSQL looked the value up each time."""

from django.db import migrations

SERIES_OF = """
CREATE OR REPLACE FUNCTION event_series_of(kind event_kind) RETURNS event_series LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN kind IN ('visit', 'view', 'page', 'download', 'begun')
        THEN 'insight'::event_series ELSE 'promotion'::event_series
    END
$$;
"""
VERDICT_OF = """
CREATE OR REPLACE FUNCTION event_verdict_of(reason event_reason) RETURNS event_verdict
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE reason
        WHEN 'recorded_outcome' THEN 'human'::event_verdict
        WHEN 'typed_code' THEN 'human'::event_verdict
        WHEN 'no_sign' THEN 'human'::event_verdict
        WHEN 'no_focus' THEN 'unknown'::event_verdict
        WHEN 'internal_network' THEN 'internal'::event_verdict
        WHEN 'preview_agent' THEN 'preview'::event_verdict
        ELSE 'scanner'::event_verdict
    END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0021_no_notified_at")]

    # What they answer is what it was: nothing has to be put back.
    operations = [migrations.RunSQL(SERIES_OF + VERDICT_OF, migrations.RunSQL.noop)]
