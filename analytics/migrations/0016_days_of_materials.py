"""The days of materials, custom web pages among them, filled with what was folded before they were."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import DO_NOTHING

COUNTS = (
    "facts", "shares", "deliveries", "visits", "raw_visits", "views", "raw_views", "unsure_views", "dwell_ms",
    "responses", "conversions",
)  # fmt: skip
# What the fold had added of the log: each event by its first verdict, and each change of it.
FILL = """
INSERT INTO analytics_materialday (
    material_id, day, facts, shares, deliveries, visits, raw_visits, views, raw_views, unsure_views, dwell_ms,
    responses, conversions, revenue, unknown_amounts
)
SELECT
    material_id, (occurred_at AT TIME ZONE %(zone)s)::date,
    sum(sign), sum(sign * (kind = 'shared')::int), sum(sign * (kind = 'delivered')::int),
    sum(sign * (kind = 'visit' AND human)::int), sum(sign * (kind = 'visit')::int),
    sum(sign * (kind = 'view' AND human)::int), sum(sign * (kind = 'view')::int),
    sum(sign * (kind = 'view' AND verdict = 'unknown')::int),
    sum(CASE WHEN human THEN sign * coalesce(dwell_ms, 0) ELSE 0 END),
    sum(sign * (kind = 'response' AND human)::int), sum(sign * (kind = 'conversion' AND human)::int),
    sum(CASE WHEN human THEN sign * coalesce(amount, 0) ELSE 0 END), sum(sign * (amount_unknown AND human)::int)
FROM (
    SELECT *, verdict IN ('human', 'unknown') AS human FROM (
        SELECT material_id, occurred_at, kind, dwell_ms, amount, amount_unknown, verdict, 1 AS sign
        FROM campaigns_event AS event
        JOIN campaigns_eventbatch AS batch ON batch.id = event.batch_id AND batch.folded_at IS NOT NULL
        UNION ALL
        SELECT material_id, occurred_at, kind, dwell_ms, amount, amount_unknown, change.verdict, change.sign
        FROM campaigns_judgement AS judgement
        JOIN campaigns_event AS event USING (viewer_id, occurred_at, id, series)
        CROSS JOIN LATERAL (VALUES (judgement.verdict_before, -1), (judgement.verdict, 1)) AS change (verdict, sign)
        WHERE NOT EXISTS (
            SELECT FROM campaigns_eventbatch AS batch
            WHERE batch.id = judgement.batch_id AND batch.folded_at IS NULL
        )
    ) AS counted
) AS fact
WHERE material_id IS NOT NULL
GROUP BY material_id, (occurred_at AT TIME ZONE %(zone)s)::date
"""

# A month that was added up ahead by now was so without its days of materials: it is added up again.
FORGET = "DELETE FROM analytics_departingfact; DELETE FROM analytics_departure"


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FILL, {"zone": settings.AGENCY_TIME_ZONE})


def days(name):
    return migrations.CreateModel(
        name,
        [
            *((count, models.BigIntegerField(default=0)) for count in COUNTS),
            ("revenue", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
            ("unknown_amounts", models.BigIntegerField(default=0)),
            (
                "pk",
                models.CompositePrimaryKey(
                    "material_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("day", models.DateField()),
            (
                "material",
                models.ForeignKey(
                    "campaigns.material", DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
                ),
            ),
        ],
        {"abstract": False},
    )


class Migration(migrations.Migration):
    dependencies = [("analytics", "0015_frozen_in_each_language"), ("campaigns", "0030_batch_by_tree")]

    operations = [
        days("FrozenMaterialDay"),
        days("MaterialDay"),
        # As the other sums of groups: every row changes with each fold.
        migrations.RunSQL(
            "ALTER TABLE analytics_materialday SET (fillfactor = 50)",
            "ALTER TABLE analytics_materialday RESET (fillfactor)",
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
    ]
