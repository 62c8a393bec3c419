"""Judgements: append-only like the log, and the view of the log as it holds."""

from pathlib import Path

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

SQL = Path(__file__).parent / "sql"
PARTITION = (SQL / "event_partition.sql").read_text()
TABLE = (SQL / "judgements.sql").read_text()
VIEW = (SQL / "judged_events.sql").read_text()


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
