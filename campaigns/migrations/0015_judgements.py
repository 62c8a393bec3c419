"""Judgements: append-only like the log, and the view of the log as it holds."""

from django.db import migrations, models

from campaigns.models.event import EnumField

VERDICT_OF = """
CREATE OR REPLACE FUNCTION event_verdict_of(reason event_reason) RETURNS event_verdict
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE reason
        WHEN 'recorded_outcome' THEN 'human'
        WHEN 'no_sign' THEN 'human'
        WHEN 'no_focus' THEN 'unknown'
        WHEN 'internal_network' THEN 'internal'
        WHEN 'preview_agent' THEN 'preview'
        ELSE 'scanner'
    END::event_verdict
$$;
"""

# Whoever waited for the lock reads the table of tables itself: what a session remembers of a name (to_regclass) may be
# from before the other made the partition.
PARTITION = """
CREATE OR REPLACE FUNCTION make_event_partition(series event_series, month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    partition text := format('campaigns_event_%s_%s', series, to_char(month, 'YYYY_MM'));
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('make_event_partition'));
    IF EXISTS (
        SELECT FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'campaigns_event'::regclass AND relname = partition
    ) THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I PARTITION OF campaigns_event FOR VALUES FROM (%L, %L) TO (%L, %L)', partition,
        series, month::timestamp AT TIME ZONE 'UTC', series, (month + interval '1 month') AT TIME ZONE 'UTC'
    );
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM CURRENT_USER, PUBLIC', partition);
END
$$;
"""

# No constraint to other tables, so that it is distributed with the log. The keeper takes out the judgements of events that
# it takes out of the log. `nth` counts an event's judgements: two at once cannot both start from the same verdict.
TABLE = """
CREATE TABLE campaigns_judgement (
    viewer_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    id uuid NOT NULL,
    batch_id bigint NOT NULL,
    judged_at timestamptz NOT NULL,
    series event_series NOT NULL,
    verdict_before event_verdict NOT NULL,
    reason_before event_reason NOT NULL,
    verdict event_verdict NOT NULL,
    reason event_reason NOT NULL,
    nth smallint NOT NULL,
    rule_version smallint NOT NULL,
    PRIMARY KEY (viewer_id, occurred_at, id, series, nth),
    CONSTRAINT judgement_counted CHECK (nth >= 1),
    CONSTRAINT judgement_by_rule CHECK (rule_version >= 1),
    CONSTRAINT judgement_changes CHECK (reason <> reason_before)
);
CREATE INDEX judgement_batch ON campaigns_judgement (batch_id);
SELECT make_append_only('campaigns_judgement', 'keeper');
GRANT SELECT, DELETE ON campaigns_judgement TO waymark_keeper;
"""

# Relies on the judgements' key, which begins with the event's.
VIEW = """
CREATE VIEW campaigns_judgedevent AS
SELECT
    event.viewer_id, event.occurred_at, event.id, event.series, event.batch_id, event.kind, event.campaign_id,
    event.variant_id, event.share_id, event.material_id, event.version, event.page, event.visit_id, event.dwell_ms,
    event.amount, event.amount_unknown, event.grade, event.signals,
    coalesce(latest.verdict, event.verdict) AS verdict,
    coalesce(latest.reason, event.reason) AS reason,
    coalesce(latest.nth, 0::smallint) AS judgements
FROM campaigns_event AS event
LEFT JOIN LATERAL (
    SELECT judgement.verdict, judgement.reason, judgement.nth
    FROM campaigns_judgement AS judgement
    WHERE judgement.viewer_id = event.viewer_id AND judgement.occurred_at = event.occurred_at
        AND judgement.id = event.id AND judgement.series = event.series
    ORDER BY judgement.nth DESC
    LIMIT 1
) AS latest ON true;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0014_preview_agents"), ("privacy", "0004_changes")]

    operations = [
        migrations.RunSQL(VERDICT_OF, migrations.RunSQL.noop),
        migrations.RunSQL(PARTITION, migrations.RunSQL.noop),
        migrations.CreateModel(
            name='JudgedEvent',
            fields=[
                ('pk', models.CompositePrimaryKey('viewer_id', 'occurred_at', 'id', 'series', blank=True, editable=False, primary_key=True, serialize=False)),
                ('viewer_id', models.BigIntegerField()),
                ('occurred_at', models.DateTimeField()),
                ('id', models.UUIDField()),
                ('series', EnumField(choices=[('insight', 'Insight'), ('promotion', 'Promotion')], db_enum='event_series')),
                ('batch_id', models.BigIntegerField()),
                ('kind', EnumField(choices=[('shared', 'Shared'), ('delivered', 'Delivered'), ('visit', 'Visit'), ('view', 'View'), ('page', 'Page read'), ('download', 'Downloaded'), ('begun', 'Response begun'), ('response', 'Response'), ('conversion', 'Conversion')], db_enum='event_kind')),
                ('campaign_id', models.BigIntegerField(null=True)),
                ('variant_id', models.BigIntegerField(null=True)),
                ('share_id', models.BigIntegerField(null=True)),
                ('material_id', models.BigIntegerField(null=True)),
                ('version', models.SmallIntegerField(null=True)),
                ('page', models.SmallIntegerField(null=True)),
                ('visit_id', models.UUIDField(null=True)),
                ('dwell_ms', models.IntegerField(null=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('amount_unknown', models.BooleanField(default=False)),
                ('grade', EnumField(choices=[('verified', 'Verified'), ('claimed', 'Claimed'), ('addressee', 'Addressee'), ('unknown', 'Unknown')], db_enum='event_grade')),
                ('signals', models.SmallIntegerField(default=0)),
                ('verdict', EnumField(choices=[('human', 'Human'), ('scanner', 'Scanner'), ('preview', 'Preview'), ('internal', 'Internal'), ('unknown', 'Unknown')], db_enum='event_verdict')),
                ('reason', EnumField(choices=[('recorded_outcome', 'Recorded outcome'), ('no_sign', 'No sign of a scanner'), ('no_focus', 'The page never gained focus'), ('known_agent', 'Known agent'), ('preview_agent', 'Link preview'), ('internal_network', 'Internal network'), ('head_request', 'HEAD request'), ('honeypot', 'Followed the hidden link'), ('burst', 'Several links within a second')], db_enum='event_reason')),
                ('judgements', models.SmallIntegerField()),
            ],
            options={
                'db_table': 'campaigns_judgedevent',
                'managed': False,
            },
        ),
        migrations.AddField(
            model_name='eventbatch',
            name='judgement_count',
            field=models.IntegerField(default=0),
        ),
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('pk', models.CompositePrimaryKey('viewer_id', 'occurred_at', 'id', 'series', 'nth', blank=True, editable=False, primary_key=True, serialize=False)),
                ('viewer_id', models.BigIntegerField()),
                ('occurred_at', models.DateTimeField()),
                ('id', models.UUIDField()),
                ('series', EnumField(choices=[('insight', 'Insight'), ('promotion', 'Promotion')], db_enum='event_series')),
                ('nth', models.SmallIntegerField()),
                ('batch_id', models.BigIntegerField()),
                ('rule_version', models.SmallIntegerField()),
                ('verdict_before', EnumField(choices=[('human', 'Human'), ('scanner', 'Scanner'), ('preview', 'Preview'), ('internal', 'Internal'), ('unknown', 'Unknown')], db_enum='event_verdict')),
                ('reason_before', EnumField(choices=[('recorded_outcome', 'Recorded outcome'), ('no_sign', 'No sign of a scanner'), ('no_focus', 'The page never gained focus'), ('known_agent', 'Known agent'), ('preview_agent', 'Link preview'), ('internal_network', 'Internal network'), ('head_request', 'HEAD request'), ('honeypot', 'Followed the hidden link'), ('burst', 'Several links within a second')], db_enum='event_reason')),
                ('verdict', EnumField(choices=[('human', 'Human'), ('scanner', 'Scanner'), ('preview', 'Preview'), ('internal', 'Internal'), ('unknown', 'Unknown')], db_enum='event_verdict')),
                ('reason', EnumField(choices=[('recorded_outcome', 'Recorded outcome'), ('no_sign', 'No sign of a scanner'), ('no_focus', 'The page never gained focus'), ('known_agent', 'Known agent'), ('preview_agent', 'Link preview'), ('internal_network', 'Internal network'), ('head_request', 'HEAD request'), ('honeypot', 'Followed the hidden link'), ('burst', 'Several links within a second')], db_enum='event_reason')),
                ('judged_at', models.DateTimeField()),
            ],
            options={'managed': False},
        ),
        migrations.CreateModel(
            name='RuleInForce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule_version', models.SmallIntegerField()),
                ('agents', models.CharField(max_length=300)),
                ('since', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-since', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('rule_version__gte', 1)), name='rule_in_force_version')],
            },
        ),
        migrations.RunSQL(TABLE, "DROP TABLE campaigns_judgement"),
        migrations.RunSQL(VIEW, "DROP VIEW campaigns_judgedevent"),
    ]
