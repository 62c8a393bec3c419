"""The days of viewers by the log's series and month, partitioned as the log is; months added up before they leave it."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from campaigns.models.event import EnumField

SERIES = [("insight", "Insight"), ("promotion", "Promotion")]
VERDICTS = [
    ("human", "Human"), ("scanner", "Scanner"), ("preview", "Preview"), ("internal", "Internal"), ("unknown", "Unknown"),
]  # fmt: skip
REASONS = [
    ("recorded_outcome", "Recorded outcome"), ("typed_code", "Typed a code"), ("no_sign", "No sign of a scanner"),
    ("no_focus", "The page never gained focus"), ("known_agent", "Known agent"), ("preview_agent", "Link preview"),
    ("internal_network", "Internal network"), ("head_request", "HEAD request"), ("honeypot", "Followed the hidden link"),
    ("burst", "Several links within a second"),
]  # fmt: skip

SQL = Path(__file__).parent / "sql"
TABLE = (SQL / "viewer_days.sql").read_text()
# As make_event_partition does it. The partition is made beside the table and joined to it, which lets readers and folds
# of other months go on; of two folds that need it the second waits, then finds it made.
PARTITION = """
CREATE FUNCTION make_viewer_day_partition(series event_series, month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    partition text := format('analytics_viewerday_%s_%s', series, to_char(month, 'YYYY_MM'));
BEGIN
    -- By the parent that the search path names: a rebuild has one of its own.
    IF EXISTS (
        SELECT FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'analytics_viewerday'::regclass AND relname = partition
    ) THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('make_viewer_day_partition'));
    IF EXISTS (
        SELECT FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'analytics_viewerday'::regclass AND relname = partition
    ) THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE analytics_viewerday INCLUDING INDEXES)', partition);
    EXECUTE format(
        'ALTER TABLE analytics_viewerday ATTACH PARTITION %I FOR VALUES FROM (%L, %L) TO (%L, %L)', partition,
        series, month, series, (month + interval '1 month')::date
    );
END
$$;
"""
PARTITIONS = """
SELECT make_viewer_day_partition(series, month)
FROM (SELECT DISTINCT series, date_trunc('month', occurred_at AT TIME ZONE 'UTC')::date AS month FROM campaigns_event)
AS found
"""
# What the fold had added of the log: each event by its first verdict, and each change of it.
FILL = """
INSERT INTO analytics_viewerday
SELECT
    sum(sign), sum(sign * (kind = 'shared')::int), sum(sign * (kind = 'delivered')::int),
    sum(sign * (kind = 'visit' AND human)::int), sum(sign * (kind = 'visit')::int),
    sum(sign * (kind = 'view' AND human)::int), sum(sign * (kind = 'view')::int),
    sum(sign * (kind = 'view' AND verdict = 'unknown')::int),
    sum(CASE WHEN human THEN sign * coalesce(dwell_ms, 0) ELSE 0 END),
    sum(sign * (kind = 'response' AND human)::int), sum(sign * (kind = 'conversion' AND human)::int),
    sum(CASE WHEN human THEN sign * coalesce(amount, 0) ELSE 0 END), sum(sign * (amount_unknown AND human)::int),
    viewer_id, (occurred_at AT TIME ZONE %(zone)s)::date, series,
    date_trunc('month', occurred_at AT TIME ZONE 'UTC')::date
FROM (
    SELECT *, verdict IN ('human', 'unknown') AS human FROM (
        SELECT viewer_id, occurred_at, series, kind, dwell_ms, amount, amount_unknown, verdict, 1 AS sign
        FROM campaigns_event AS event
        JOIN campaigns_eventbatch AS batch ON batch.id = event.batch_id AND batch.folded_at IS NOT NULL
        UNION ALL
        SELECT viewer_id, occurred_at, series, kind, dwell_ms, amount, amount_unknown, change.verdict, change.sign
        FROM campaigns_judgement AS judgement
        JOIN campaigns_event AS event USING (viewer_id, occurred_at, id, series)
        CROSS JOIN LATERAL (VALUES (judgement.verdict_before, -1), (judgement.verdict, 1)) AS change (verdict, sign)
        WHERE NOT EXISTS (
            SELECT FROM campaigns_eventbatch AS batch
            WHERE batch.id = judgement.batch_id AND batch.folded_at IS NULL
        )
    ) AS counted
) AS fact
GROUP BY viewer_id, (occurred_at AT TIME ZONE %(zone)s)::date, series,
    date_trunc('month', occurred_at AT TIME ZONE 'UTC')::date
"""


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(PARTITIONS)
        cursor.execute(FILL, {"zone": settings.AGENCY_TIME_ZONE})


def reference(to):
    return models.ForeignKey(
        to, django.db.models.deletion.DO_NOTHING, db_constraint=False, db_index=False, null=True, related_name="+"
    )


COUNTS = (
    "facts", "shares", "deliveries", "visits", "raw_visits", "views", "raw_views", "unsure_views", "dwell_ms",
    "responses", "conversions",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("analytics", "0009_frozen_materials"), ("campaigns", "0021_no_notified_at")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(["DROP TABLE analytics_viewerday", TABLE]), migrations.RunSQL(PARTITION)
            ],
            state_operations=[
                migrations.AddField(
                    "viewerday", "series", EnumField(db_enum="event_series", choices=SERIES, default=None),
                    preserve_default=False,
                ),
                migrations.AddField(
                    "viewerday", "month", models.DateField(default=None), preserve_default=False
                ),
                migrations.AlterField(
                    "viewerday", "pk",
                    models.CompositePrimaryKey(
                        "viewer_id", "day", "series", "month", blank=True, editable=False, primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
        ),
        migrations.RunPython(fill),
        migrations.CreateModel(
            "Departure",
            [
                ("series", EnumField(db_enum="event_series", choices=SERIES)),
                ("month", models.DateField()),
                ("prepared_at", models.DateTimeField(null=True)),
                ("pk", models.CompositePrimaryKey(
                    "series", "month", blank=True, editable=False, primary_key=True, serialize=False
                )),
            ],
        ),
        migrations.CreateModel(
            "DepartingFact",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                *((name, models.BigIntegerField(default=0)) for name in COUNTS),
                ("revenue", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                ("unknown_amounts", models.BigIntegerField(default=0)),
                ("series", EnumField(db_enum="event_series", choices=SERIES)),
                ("month", models.DateField()),
                ("of", models.CharField(blank=True, max_length=63)),
                ("viewer", reference("campaigns.viewer")),
                ("campaign", reference("campaigns.campaign")),
                ("variant", reference("campaigns.variant")),
                ("material", reference("campaigns.material")),
                ("version", models.SmallIntegerField(null=True)),
                ("page", models.SmallIntegerField(null=True)),
                ("day", models.DateField(null=True)),
                ("of_campaign", models.BigIntegerField(null=True)),
                ("verdict", EnumField(db_enum="event_verdict", choices=VERDICTS, null=True)),
                ("reason", EnumField(db_enum="event_reason", choices=REASONS, null=True)),
                ("people", models.BigIntegerField(default=0)),
                ("reads", models.BigIntegerField(default=0)),
                ("recipients", models.BigIntegerField(default=0)),
            ],
            options={"indexes": [models.Index(fields=["series", "month", "of"], name="departing_of_month")]},
        ),
    ]  # fmt: skip
