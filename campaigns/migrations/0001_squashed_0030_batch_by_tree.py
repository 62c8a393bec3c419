"""The schema of the floor as its migrations up to 0030 left it: campaigns, materials, shares, the event log."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import campaigns.materials.store
import privacy.vault.fields
import records.naming
from campaigns.models.event import EnumField
from privacy.migrating import CreateTogether

SQL = Path(__file__).parent / "sql"
VERDICTS = [
    ('human', 'Human'),
    ('scanner', 'Scanner'),
    ('preview', 'Preview'),
    ('internal', 'Internal'),
    ('unknown', 'Unknown'),
]
REASONS = [
    ('recorded_outcome', 'Recorded outcome'),
    ('typed_code', 'Typed a code'),
    ('no_sign', 'No sign of a scanner'),
    ('no_focus', 'The page never gained focus'),
    ('known_agent', 'Known agent'),
    ('preview_agent', 'Link preview'),
    ('internal_network', 'Internal network'),
    ('head_request', 'HEAD request'),
    ('honeypot', 'Followed the hidden link'),
    ('burst', 'Several links within a second'),
]
GRADES = [
    ('verified', 'Verified'),
    ('claimed', 'Claimed'),
    ('addressee', 'Addressee'),
    ('unknown', 'Unknown'),
]
CHANNELS = [
    ('email', 'E-mail'),
    ('print', 'Printed mail'),
    ('link', 'Link passed on by staff'),
    ('web', 'Web page'),
    ('event', 'Event'),
    ('telephone', 'Telephone'),
]
CAMPAIGN_STATES = [
    ('draft', 'Draft'),
    ('approved', 'Approved'),
    ('running', 'Running'),
    ('paused', 'Paused'),
    ('closed', 'Closed'),
]
SERIES = [
    ('insight', 'Insight'),
    ('promotion', 'Promotion'),
]
KINDS = [
    ('shared', 'Shared'),
    ('delivered', 'Delivered'),
    ('visit', 'Visit'),
    ('view', 'View'),
    ('page', 'Page read'),
    ('download', 'Downloaded'),
    ('begun', 'Response begun'),
    ('response', 'Response'),
    ('conversion', 'Conversion'),
]

TYPES = """
CREATE TYPE event_series AS ENUM ('insight', 'promotion');
CREATE TYPE event_kind AS ENUM (
    'shared', 'delivered', 'visit', 'view', 'page', 'download', 'begun', 'response', 'conversion'
);
CREATE TYPE event_grade AS ENUM ('verified', 'claimed', 'addressee', 'unknown');
CREATE TYPE event_verdict AS ENUM ('human', 'scanner', 'preview', 'internal', 'unknown');
CREATE TYPE event_reason AS ENUM (
    'recorded_outcome', 'typed_code', 'no_sign', 'no_focus', 'known_agent', 'preview_agent', 'internal_network',
    'head_request', 'honeypot', 'burst'
);
"""
NO_TYPES = "DROP TYPE event_series, event_kind, event_grade, event_verdict, event_reason"
FUNCTIONS = [(SQL / f"{name}.sql").read_text() for name in ("event_series_of", "event_verdict_of", "event_partition")]
NO_FUNCTIONS = """
DROP FUNCTION make_event_partition(event_series, date);
DROP FUNCTION event_verdict_of(event_reason);
DROP FUNCTION event_series_of(event_kind);
"""
# Append-only: the program's own role may insert and read. Taking events out (undo, disposal) is done as the keeper.
LOG = [
    (SQL / "event_log.sql").read_text(),
    """
    REVOKE UPDATE, DELETE, TRUNCATE ON campaigns_event FROM CURRENT_USER, PUBLIC;
    GRANT SELECT, DELETE ON campaigns_event TO waymark_keeper;
    """,
    # Equal numbers share their entry, so that the tree takes a twentieth of the log.
    "CREATE INDEX campaigns_event_batch ON campaigns_event (batch_id)",
    # A visit of nobody known has a viewer of its own, so the share is what finds it. Few events are such.
    "CREATE INDEX campaigns_event_forwarded ON campaigns_event (share_id, occurred_at) WHERE viewer_id < 0",
    # What find_suspects looks for near events that come: few of the log, so that it is a small index and written seldom.
    """
    CREATE INDEX campaigns_event_signs ON campaigns_event (viewer_id, occurred_at)
    WHERE signals & 32 = 0 AND kind NOT IN ('shared', 'delivered')
        AND (signals <> 0 OR grade = 'verified' OR reason <> 'no_sign')
    """,
]
JUDGEMENTS = [(SQL / f"{name}.sql").read_text() for name in ("judgements", "judged_events")]
NO_JUDGEMENTS = "DROP VIEW campaigns_judgedevent; DROP TABLE campaigns_judgement"


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ('campaigns', '0001_initial'),
        ('campaigns', '0002_event_log'),
        ('campaigns', '0003_campaign_source_import'),
        ('campaigns', '0004_moved_viewer'),
        ('campaigns', '0005_event_kinds'),
        ('campaigns', '0006_sharing'),
        ('campaigns', '0007_first_versions'),
        ('campaigns', '0011_materials'),
        ('campaigns', '0012_shares'),
        ('campaigns', '0014_preview_agents'),
        ('campaigns', '0015_judgements'),
        ('campaigns', '0016_plans'),
        ('campaigns', '0017_mailing_runs'),
        ('campaigns', '0018_announced_batches'),
        ('campaigns', '0019_reason_typed_code'),
        ('campaigns', '0020_verdict_of_typed_code'),
        ('campaigns', '0021_no_notified_at'),
        ('campaigns', '0022_typed_kinds'),
        ('campaigns', '0023_surveys_asked'),
        ('campaigns', '0024_signs_of_events'),
        ('campaigns', '0025_mail_message_by_sending'),
        ('campaigns', '0026_events_offered'),
        ('campaigns', '0027_goal_in_numbers'),
        ('campaigns', '0028_studies_offered'),
        ('campaigns', '0029_publications_offered'),
        ('campaigns', '0030_batch_by_tree'),
    ]

    dependencies = [
        ("privacy", "0004_changes"),
        ("records", "0021_publications"),
    ]

    operations = [
        migrations.RunSQL(TYPES, NO_TYPES),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(LOG, "DROP TABLE campaigns_event"),
        migrations.RunSQL(JUDGEMENTS, NO_JUDGEMENTS),
        CreateTogether(
            models=[
                migrations.CreateModel(
                    name='Event',
                    fields=[
                        ('pk', models.CompositePrimaryKey('viewer_id', 'occurred_at', 'id', 'series', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('viewer_id', models.BigIntegerField()),
                        ('occurred_at', models.DateTimeField()),
                        ('id', models.UUIDField()),
                        ('series', EnumField(choices=SERIES, db_enum='event_series')),
                        ('batch_id', models.BigIntegerField()),
                        ('kind', EnumField(choices=KINDS, db_enum='event_kind')),
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
                        ('grade', EnumField(choices=GRADES, db_enum='event_grade')),
                        ('signals', models.SmallIntegerField(default=0)),
                        ('verdict', EnumField(choices=VERDICTS, db_enum='event_verdict')),
                        ('reason', EnumField(choices=REASONS, db_enum='event_reason')),
                    ],
                    options={
                        'db_table': 'campaigns_event',
                        'managed': False,
                    },
                ),
                migrations.CreateModel(
                    name='Campaign',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(max_length=80, unique=True)),
                        ('name', models.CharField(max_length=200)),
                        ('description', models.TextField(blank=True)),
                        ('starts_on', models.DateField(blank=True, null=True)),
                        ('ends_on', models.DateField(blank=True, null=True)),
                        ('source_note', models.TextField(blank=True)),
                        ('is_demo', models.BooleanField(default=False, editable=False)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('source_import', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='records.import')),
                        ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=CHANNELS, max_length=10), blank=True, db_default=[], default=list, size=None)),
                        ('copied_from', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.campaign')),
                        ('cost', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
                        ('goal', models.CharField(blank=True, db_default='', max_length=300)),
                        ('holdout_percent', models.PositiveSmallIntegerField(db_default=0, default=0)),
                        ('kind', models.CharField(choices=[('promotion', 'Promotion'), ('newsletter', 'Newsletter'), ('invitation', 'Invitation'), ('launch', 'Product launch'), ('retention', 'Keeping customers'), ('research', 'Research'), ('other', 'Other')], db_default='other', default='other', max_length=12)),
                        ('launched_at', models.DateTimeField(editable=False, null=True)),
                        ('owner', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to=settings.AUTH_USER_MODEL)),
                        ('seed', models.BigIntegerField(editable=False, null=True)),
                        ('state', models.CharField(choices=CAMPAIGN_STATES, db_default='closed', default='closed', editable=False, max_length=10)),
                        ('audience', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='campaigns.audience')),
                        ('goal_measure', models.CharField(blank=True, choices=[('view_rate', 'Percent who view it'), ('response_rate', 'Percent who respond'), ('conversion_rate', 'Percent who convert'), ('responses', 'Responses'), ('conversions', 'Conversions'), ('revenue', 'Revenue in dollars')], db_default='', max_length=16)),
                        ('goal_value', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                    ],
                    options={
                        'ordering': ['name', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='campaign_has_name'), models.CheckConstraint(condition=models.Q(('starts_on', None), ('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='campaign_ends_after_start'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'approved', 'running', 'paused', 'closed'])), name='campaign_state'), models.CheckConstraint(condition=models.Q(('kind__in', ['promotion', 'newsletter', 'invitation', 'launch', 'retention', 'research', 'other'])), name='campaign_kind'), models.CheckConstraint(condition=models.Q(('cost', None), ('cost__gte', 0), _connector='OR'), name='campaign_cost'), models.CheckConstraint(condition=models.Q(('holdout_percent__lte', 90)), name='campaign_holdout'), models.CheckConstraint(condition=models.Q(('launched_at', None), ('seed__isnull', False), _connector='OR'), name='campaign_launched_by_seed'), models.CheckConstraint(condition=models.Q(models.Q(('goal_measure', ''), ('goal_value', None)), models.Q(('goal_measure__in', ['view_rate', 'response_rate', 'conversion_rate', 'responses', 'conversions', 'revenue']), ('goal_value__gt', 0), ('goal_value__isnull', False)), _connector='OR'), name='campaign_goal'), models.CheckConstraint(condition=models.Q(models.Q(('goal_measure__endswith', '_rate'), _negated=True), ('goal_value__lte', 100), _connector='OR'), name='campaign_goal_percent')],
                    },
                ),
                migrations.CreateModel(
                    name='EventBatch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('received_at', models.DateTimeField(auto_now_add=True)),
                        ('event_count', models.IntegerField()),
                        ('assignment_count', models.IntegerField(default=0)),
                        ('first_at', models.DateTimeField(null=True)),
                        ('last_at', models.DateTimeField(null=True)),
                        ('folded_at', models.DateTimeField(null=True)),
                        ('source_import', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='records.import')),
                        ('judgement_count', models.IntegerField(default=0)),
                        ('announced_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('folded_at', None)), fields=['id'], name='batch_unfolded'), models.Index(fields=['folded_at'], name='batch_folded_at'), models.Index(condition=models.Q(('announced_at', None)), fields=['id'], name='batch_unannounced')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('event_count__gte', 0), ('event_count__lte', 100000)), name='batch_size')],
                    },
                ),
                migrations.CreateModel(
                    name='Material',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(max_length=80, unique=True)),
                        ('title', models.CharField(max_length=200)),
                        ('kind', models.CharField(choices=[('document', 'Document'), ('web page', 'Custom web page'), ('link', 'Link')], default='document', max_length=10)),
                        ('version', models.PositiveSmallIntegerField(default=1)),
                        ('page_count', models.PositiveSmallIntegerField(blank=True, null=True)),
                        ('is_demo', models.BooleanField(default=False, editable=False)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('address', models.URLField(blank=True, db_default='', max_length=2000, verbose_name='address of the link')),
                        ('description', models.TextField(blank=True, db_default='', max_length=2000)),
                        ('owner', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='materials', to=settings.AUTH_USER_MODEL)),
                        ('share_count', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                        ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('tags', models.ManyToManyField(blank=True, related_name='materials', to='campaigns.tag')),
                        ('survey', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='material', to='records.survey')),
                        ('gathering', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='material', to='records.gathering')),
                        ('study', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='material', to='records.study')),
                        ('publication', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='material', to='records.publication')),
                    ],
                    options={
                        'ordering': ['title', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='material_has_title'), models.CheckConstraint(condition=models.Q(('kind__in', ['document', 'web page', 'link'])), name='material_kind'), models.CheckConstraint(condition=models.Q(models.Q(('gathering', None), ('survey', None)), models.Q(('study', None), ('survey', None)), models.Q(('gathering', None), ('study', None)), _connector='OR'), name='material_leads_to_one'), models.CheckConstraint(condition=models.Q(('publication', None), models.Q(('gathering', None), ('study', None), ('survey', None)), _connector='OR'), name='material_of_a_publication')],
                        'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('title', 'description', config='english'), name='material_words')],
                    },
                ),
                migrations.CreateModel(
                    name='Variant',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.SlugField(max_length=80)),
                        ('label', models.CharField(blank=True, max_length=200)),
                        ('is_control', models.BooleanField(default=False)),
                        ('position', models.PositiveSmallIntegerField(default=0)),
                        ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='campaigns.campaign')),
                        ('is_holdout', models.BooleanField(db_default=False, default=False)),
                        ('material', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='campaigns.material')),
                        ('weight', models.PositiveSmallIntegerField(db_default=1, default=1)),
                    ],
                    options={
                        'ordering': ['campaign', 'position', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('campaign', 'name'), name='variant_name_in_campaign'), models.UniqueConstraint(condition=models.Q(('is_control', True)), fields=('campaign',), name='variant_one_control'), models.UniqueConstraint(condition=models.Q(('is_holdout', True)), fields=('campaign',), name='variant_one_holdout'), models.CheckConstraint(condition=models.Q(('weight__gte', 1), ('weight__lte', 1000)), name='variant_weight'), models.CheckConstraint(condition=models.Q(('is_holdout', False), ('material', None), _connector='OR'), name='variant_holdout_gets_none')],
                    },
                ),
                migrations.CreateModel(
                    name='Viewer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(unique=True)),
                        ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='viewers', to='records.customer')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('id__gt', 0)), name='viewer_id_positive')],
                    },
                ),
                migrations.CreateModel(
                    name='Share',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(unique=True)),
                        ('token', models.CharField(default=records.naming.new_token, max_length=22, unique=True)),
                        ('shared_at', models.DateTimeField()),
                        ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='campaigns.eventbatch')),
                        ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='campaigns.campaign')),
                        ('material', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='campaigns.material')),
                        ('sender', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shares', to=settings.AUTH_USER_MODEL)),
                        ('variant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='campaigns.variant')),
                        ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='campaigns.viewer')),
                        ('channel', models.CharField(choices=CHANNELS, db_default='link', default='link', max_length=10)),
                        ('expires_at', models.DateTimeField(null=True)),
                        ('has_watermark', models.BooleanField(db_default=False, default=False)),
                        ('may_download', models.BooleanField(db_default=False, default=False)),
                        ('notifies_sender', models.BooleanField(db_default=False, default=False)),
                        ('number', models.PositiveIntegerField(null=True)),
                        ('passcode', models.CharField(blank=True, db_default='', max_length=128)),
                        ('passed_on_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='passed_on', to='campaigns.share')),
                        ('pinned_version', models.PositiveSmallIntegerField(null=True)),
                        ('revoked_at', models.DateTimeField(null=True)),
                        ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('verified_only', models.BooleanField(db_default=False, default=False)),
                    ],
                    options={
                        'ordering': ['-shared_at', '-id'],
                        'indexes': [models.Index(fields=['recipient', '-shared_at'], name='share_of_recipient'), models.Index(fields=['sender', '-shared_at', '-id'], name='share_of_sender'), models.Index(fields=['-shared_at', '-id'], name='share_newest')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('campaign', None), ('variant', None)), models.Q(('campaign__isnull', False), ('variant__isnull', False)), _connector='OR'), name='share_variant_with_campaign'), models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'print', 'link', 'web', 'event', 'telephone'])), name='share_channel'), models.CheckConstraint(condition=models.Q(('expires_at', None), ('expires_at__gt', models.F('shared_at')), _connector='OR'), name='share_expires_after'), models.CheckConstraint(condition=models.Q(('revoked_by', None), ('revoked_at__isnull', False), _connector='OR'), name='share_revoked_by_somebody'), models.UniqueConstraint(condition=models.Q(('number__isnull', False)), fields=('material', 'number'), name='share_number_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Assignment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('assigned_at', models.DateTimeField()),
                        ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='campaigns.campaign')),
                        ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='campaigns.eventbatch')),
                        ('variant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='campaigns.variant')),
                        ('viewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='campaigns.viewer')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('viewer', 'campaign'), name='assignment_once_a_campaign')],
                    },
                ),
                migrations.CreateModel(
                    name='MovedViewer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='records.customer')),
                        ('merge', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moved_viewers', to='records.merge')),
                        ('viewer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='campaigns.viewer')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('merge', 'viewer'), name='moved_viewer_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Audience',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=120, unique=True)),
                        ('conditions', models.JSONField(default=dict)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audiences', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['name'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='audience_has_name')],
                    },
                ),
                migrations.CreateModel(
                    name='CampaignNote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('day', models.DateField()),
                        ('text', models.CharField(max_length=300)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('campaign', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='campaigns.campaign')),
                    ],
                    options={
                        'ordering': ['day', 'id'],
                        'indexes': [models.Index(fields=['day'], name='campaign_note_day')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='campaign_note_text')],
                    },
                ),
                migrations.CreateModel(
                    name='CampaignStep',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('before', models.CharField(choices=CAMPAIGN_STATES, max_length=10)),
                        ('after', models.CharField(choices=CAMPAIGN_STATES, max_length=10)),
                        ('at', models.DateTimeField(auto_now_add=True)),
                        ('why', models.CharField(blank=True, max_length=300)),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='campaigns.campaign')),
                    ],
                    options={
                        'ordering': ['campaign', 'at', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('after__in', ['draft', 'approved', 'running', 'paused', 'closed']), ('before__in', ['draft', 'approved', 'running', 'paused', 'closed'])), name='campaign_step_states')],
                    },
                ),
                migrations.CreateModel(
                    name='FollowUp',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('action', models.CharField(choices=[('call', 'Ask to be called'), ('question', 'Ask a question'), ('order', 'Order a publication'), ('complaint', 'Complain'), ('problem', 'Report a problem')], max_length=10)),
                        ('event_id', models.UUIDField(unique=True)),
                        ('text', privacy.vault.fields.SealedTextField(blank=True, default='', max_length=4000)),
                        ('asked_at', models.DateTimeField()),
                        ('due_on', models.DateField()),
                        ('done_at', models.DateTimeField(blank=True, null=True)),
                        ('outcome', privacy.vault.fields.SealedTextField(blank=True, default='', max_length=1000)),
                        ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to=settings.AUTH_USER_MODEL)),
                        ('share', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='campaigns.share')),
                        ('viewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='campaigns.viewer')),
                    ],
                    options={
                        'ordering': ['due_on', 'id'],
                        'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['owner', 'due_on'], name='follow_up_open'), models.Index(fields=['viewer', '-asked_at'], name='follow_up_of_viewer')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('action__in', ['call', 'question', 'order', 'complaint', 'problem'])), name='follow_up_action'), models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', None)), ('done_at__isnull', False), _connector='OR'), name='follow_up_done_by_somebody')],
                    },
                ),
                migrations.CreateModel(
                    name='Mailing',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=200)),
                        ('subject', models.CharField(max_length=200)),
                        ('body', models.TextField(max_length=20000)),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('sending', 'Sending'), ('paused', 'Paused'), ('done', 'Sent')], default='draft', editable=False, max_length=10)),
                        ('messages_a_minute', models.PositiveIntegerField(default=600)),
                        ('is_demo', models.BooleanField(default=False, editable=False)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('started_at', models.DateTimeField(editable=False, null=True)),
                        ('ended_at', models.DateTimeField(editable=False, null=True)),
                        ('campaign', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mailings', to='campaigns.campaign')),
                        ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mailings', to=settings.AUTH_USER_MODEL)),
                        ('batch', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mailings', to='campaigns.eventbatch')),
                        ('trouble', models.CharField(blank=True, editable=False, max_length=200)),
                        ('variant', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mailings', to='campaigns.variant')),
                    ],
                    options={
                        'ordering': ['-created_at', '-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='mailing_has_name'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'sending', 'paused', 'done'])), name='mailing_state'), models.CheckConstraint(condition=models.Q(('messages_a_minute__gte', 1), ('messages_a_minute__lte', 60000)), name='mailing_rate'), models.CheckConstraint(condition=models.Q(models.Q(('batch', None), ('campaign__isnull', False), ('variant__isnull', False)), models.Q(('batch__isnull', False), ('campaign', None), ('variant', None)), _connector='OR'), name='mailing_of_variant_or_batch')],
                    },
                ),
                migrations.CreateModel(
                    name='MailMessage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('identifier', models.CharField(max_length=40, unique=True)),
                        ('state', models.CharField(choices=[('waiting', 'Waiting'), ('claimed', 'Being sent'), ('sent', 'Sent'), ('in doubt', 'In doubt'), ('failed', 'Failed'), ('bounced', 'Bounced'), ('complained', 'Complained about'), ('left out', 'Left out')], default='waiting', max_length=10)),
                        ('why', models.CharField(blank=True, max_length=200)),
                        ('claimed_at', models.DateTimeField(null=True)),
                        ('claimed_by', models.CharField(blank=True, max_length=80)),
                        ('sent_at', models.DateTimeField(null=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('mailing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='campaigns.mailing')),
                        ('share', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='message', to='campaigns.share')),
                        ('address_hash', models.BinaryField(max_length=32, null=True)),
                        ('begun_at', models.DateTimeField(null=True)),
                        ('is_told', models.BooleanField(default=False)),
                        ('retry_at', models.DateTimeField(null=True)),
                        ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['mailing', 'id'],
                        'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['mailing', 'id'], name='mail_message_waiting'), models.Index(condition=models.Q(('state', 'claimed')), fields=['claimed_at'], name='mail_message_claimed'), models.Index(condition=models.Q(('is_told', False), ('sent_at__isnull', False)), fields=['id'], name='mail_message_to_tell'), models.Index(condition=models.Q(('state__in', ['in doubt', 'failed'])), fields=['mailing', 'state', 'id'], name='mail_message_to_settle'), models.Index(models.OrderBy(models.F('sent_at'), descending=True, nulls_last=True), models.F('id'), name='mail_message_by_sending')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'claimed', 'sent', 'in doubt', 'failed', 'bounced', 'complained', 'left out'])), name='mail_message_state'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'claimed'), _negated=True), models.Q(('claimed_at__isnull', False), models.Q(('claimed_by', ''), _negated=True)), _connector='OR'), name='mail_message_claimed_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='mail_message_sent_at'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'in doubt'), _negated=True), ('begun_at__isnull', False), _connector='OR'), name='mail_message_doubt_begun'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['failed', 'left out']), _negated=True), models.Q(('why', ''), _negated=True), _connector='OR'), name='mail_message_why')],
                    },
                ),
                migrations.CreateModel(
                    name='MaterialVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('file', models.FileField(max_length=200, storage=campaigns.materials.store.store, upload_to='materials')),
                        ('converted', models.FileField(blank=True, max_length=200, storage=campaigns.materials.store.store, upload_to='materials')),
                        ('file_name', models.CharField(max_length=200)),
                        ('media_type', models.CharField(blank=True, max_length=100)),
                        ('size', models.PositiveBigIntegerField(default=0)),
                        ('page_count', models.PositiveSmallIntegerField(default=0)),
                        ('state', models.CharField(choices=[('waiting', 'Waiting'), ('working', 'Being prepared'), ('ready', 'Ready'), ('failed', 'Failed')], default='waiting', max_length=10)),
                        ('failure', models.CharField(blank=True, max_length=300)),
                        ('pages_done', models.PositiveSmallIntegerField(default=0)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('material', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='campaigns.material')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                        ('claimed_until', models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        'ordering': ['material', '-number'],
                        'constraints': [models.UniqueConstraint(fields=('material', 'number'), name='material_version_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='material_version_number'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'working', 'ready', 'failed'])), name='material_version_state'), models.CheckConstraint(condition=models.Q(('state', 'failed'), ('failure', ''), _connector='XOR'), name='material_version_failure')],
                        'indexes': [models.Index(condition=models.Q(('state__in', ('waiting', 'working'))), fields=['state'], name='material_version_under_way')],
                    },
                ),
                migrations.CreateModel(
                    name='MaterialPage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('width', models.PositiveSmallIntegerField()),
                        ('height', models.PositiveSmallIntegerField()),
                        ('wide', models.FileField(max_length=200, storage=campaigns.materials.store.store, upload_to='materials')),
                        ('narrow', models.FileField(max_length=200, storage=campaigns.materials.store.store, upload_to='materials')),
                        ('thumbnail', models.FileField(max_length=200, storage=campaigns.materials.store.store, upload_to='materials')),
                        ('text', models.TextField(blank=True)),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='campaigns.materialversion')),
                    ],
                    options={
                        'ordering': ['version', 'number'],
                        'constraints': [models.UniqueConstraint(fields=('version', 'number'), name='material_page_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='material_page_number')],
                        'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('text', config='english'), name='material_page_words')],
                    },
                ),
                migrations.CreateModel(
                    name='RecipientPreference',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('frequency', models.CharField(choices=[('everything', 'Everything'), ('less', 'Once a month at most'), ('nothing', 'Nothing')], default='everything', max_length=10)),
                        ('language', models.CharField(choices=[('en', 'English'), ('es', 'Español')], default='en', max_length=2)),
                        ('changed_at', models.DateTimeField(auto_now=True)),
                        ('viewer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='preference', to='campaigns.viewer')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('frequency__in', ['everything', 'less', 'nothing'])), name='recipient_frequency'), models.CheckConstraint(condition=models.Q(('language__in', ['en', 'es'])), name='recipient_language')],
                    },
                ),
                migrations.CreateModel(
                    name='SharePreset',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80)),
                        ('expires_after_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                        ('may_download', models.BooleanField(default=False)),
                        ('verified_only', models.BooleanField(default=False)),
                        ('has_watermark', models.BooleanField(default=False)),
                        ('notifies_sender', models.BooleanField(default=False)),
                        ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='presets', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['name', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='share_preset_has_name'), models.UniqueConstraint(fields=('owner', 'name'), name='share_preset_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('expires_after_days', None), ('expires_after_days__gte', 1), _connector='OR'), name='share_preset_days')],
                    },
                ),
                migrations.CreateModel(
                    name='Tag',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(max_length=60, unique=True)),
                        ('name', models.CharField(max_length=60)),
                    ],
                    options={
                        'ordering': ['name'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='tag_has_name')],
                    },
                ),
                migrations.CreateModel(
                    name='WebPage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.JSONField(default=list)),
                        ('changed_at', models.DateTimeField(auto_now=True)),
                        ('contact_person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='web_pages', to=settings.AUTH_USER_MODEL)),
                        ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='web_pages', to='records.customer')),
                        ('material', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='web_page', to='campaigns.material')),
                        ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='web_pages', to='records.organization')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('customer', None), ('organization', None), _connector='OR'), name='web_page_for_one_or_the_other')],
                    },
                ),
                migrations.CreateModel(
                    name='WebPageVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('blocks', models.JSONField()),
                        ('published_at', models.DateTimeField(auto_now_add=True)),
                        ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='campaigns.webpage')),
                        ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['page', '-number'],
                        'constraints': [models.UniqueConstraint(fields=('page', 'number'), name='web_page_version_once')],
                    },
                ),
                migrations.CreateModel(
                    name='JudgedEvent',
                    fields=[
                        ('pk', models.CompositePrimaryKey('viewer_id', 'occurred_at', 'id', 'series', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('viewer_id', models.BigIntegerField()),
                        ('occurred_at', models.DateTimeField()),
                        ('id', models.UUIDField()),
                        ('series', EnumField(choices=SERIES, db_enum='event_series')),
                        ('batch_id', models.BigIntegerField()),
                        ('kind', EnumField(choices=KINDS, db_enum='event_kind')),
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
                        ('grade', EnumField(choices=GRADES, db_enum='event_grade')),
                        ('signals', models.SmallIntegerField(default=0)),
                        ('verdict', EnumField(choices=VERDICTS, db_enum='event_verdict')),
                        ('reason', EnumField(choices=REASONS, db_enum='event_reason')),
                        ('judgements', models.SmallIntegerField()),
                    ],
                    options={
                        'db_table': 'campaigns_judgedevent',
                        'managed': False,
                    },
                ),
                migrations.CreateModel(
                    name='Judgement',
                    fields=[
                        ('pk', models.CompositePrimaryKey('viewer_id', 'occurred_at', 'id', 'series', 'nth', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('viewer_id', models.BigIntegerField()),
                        ('occurred_at', models.DateTimeField()),
                        ('id', models.UUIDField()),
                        ('series', EnumField(choices=SERIES, db_enum='event_series')),
                        ('nth', models.SmallIntegerField()),
                        ('batch_id', models.BigIntegerField()),
                        ('rule_version', models.SmallIntegerField()),
                        ('verdict_before', EnumField(choices=VERDICTS, db_enum='event_verdict')),
                        ('reason_before', EnumField(choices=REASONS, db_enum='event_reason')),
                        ('verdict', EnumField(choices=VERDICTS, db_enum='event_verdict')),
                        ('reason', EnumField(choices=REASONS, db_enum='event_reason')),
                        ('judged_at', models.DateTimeField()),
                    ],
                    options={
                        'managed': False,
                    },
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
                migrations.CreateModel(
                    name='Launch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('asked_at', models.DateTimeField(auto_now_add=True)),
                        ('drawn_at', models.DateTimeField(null=True)),
                        ('matched', models.PositiveIntegerField(default=0)),
                        ('reached', models.PositiveIntegerField(default=0)),
                        ('left_out', models.JSONField(default=dict)),
                        ('shares', models.PositiveIntegerField(default=0)),
                        ('done_at', models.DateTimeField(null=True)),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('campaign', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='launch', to='campaigns.campaign')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['id'], name='launch_under_way')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('reached__lte', models.F('matched'))), name='launch_reaches_who_match'), models.CheckConstraint(condition=models.Q(('done_at', None), ('drawn_at__isnull', False), _connector='OR'), name='launch_done_after_draw')],
                    },
                ),
                migrations.CreateModel(
                    name='Outcome',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('kind', models.CharField(choices=[('response', 'Response'), ('conversion', 'Conversion')], max_length=10)),
                        ('happened_at', models.DateTimeField(verbose_name='when')),
                        ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                        ('recorded_at', models.DateTimeField(auto_now_add=True)),
                        ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                        ('batch', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outcome', to='campaigns.eventbatch')),
                        ('campaign', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='campaigns.campaign')),
                        ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('share', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='campaigns.share')),
                        ('taken_back_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('variant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.variant')),
                        ('viewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='campaigns.viewer')),
                    ],
                    options={
                        'ordering': ['-happened_at', '-id'],
                        'indexes': [models.Index(fields=['viewer', '-happened_at'], name='outcome_of_viewer')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['response', 'conversion'])), name='outcome_kind'), models.CheckConstraint(condition=models.Q(('amount', None), ('amount__gt', 0), _connector='OR'), name='outcome_amount'), models.CheckConstraint(condition=models.Q(models.Q(('campaign', None), ('variant', None)), models.Q(('campaign__isnull', False), ('variant__isnull', False)), _connector='OR'), name='outcome_variant_with_campaign'), models.CheckConstraint(condition=models.Q(models.Q(('batch__isnull', False), ('taken_back_at', None)), models.Q(('batch', None), ('taken_back_at__isnull', False)), _connector='OR'), name='outcome_in_the_log_or_taken_back')],
                    },
                ),
                migrations.CreateModel(
                    name='MailReport',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.BinaryField(max_length=32, unique=True)),
                        ('kind', models.CharField(choices=[('hard', 'Bounced for good'), ('soft', 'Delayed'), ('complaint', 'Complaint'), ('unsubscribe', 'Wants no more e-mail')], max_length=12)),
                        ('status', models.CharField(blank=True, max_length=12)),
                        ('read_at', models.DateTimeField(auto_now_add=True)),
                        ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='campaigns.mailmessage')),
                    ],
                    options={
                        'ordering': ['-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['hard', 'soft', 'complaint', 'unsubscribe'])), name='mail_report_kind')],
                        'indexes': [models.Index(condition=models.Q(('message', None)), fields=['-id'], name='mail_report_unknown')],
                    },
                ),
                migrations.CreateModel(
                    name='AnswerSheet',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('token', models.CharField(default=records.naming.new_token, max_length=22, unique=True)),
                        ('given_json', privacy.vault.fields.SealedTextField(blank=True, default='', max_length=500000)),
                        ('begun_at', models.DateTimeField()),
                        ('saved_at', models.DateTimeField()),
                        ('handed_in_at', models.DateTimeField(blank=True, null=True)),
                        ('share', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answer_sheet', to='campaigns.share')),
                        ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheets', to='records.survey')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('handed_in_at', None)), fields=['saved_at'], name='answer_sheet_left')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('saved_at__gte', models.F('begun_at'))), name='answer_sheet_saved_after')],
                    },
                ),
                migrations.CreateModel(
                    name='Recruiting',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('audience', models.CharField(max_length=120)),
                        ('at', models.DateTimeField()),
                        ('invited', models.PositiveIntegerField()),
                        ('left_out', models.JSONField(default=dict)),
                        ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.eventbatch')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('study', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recruitings', to='records.study')),
                    ],
                    options={
                        'ordering': ['study', '-at', '-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('audience', ''), _negated=True), name='recruiting_has_audience')],
                    },
                ),
            ],
        ),
    ]
