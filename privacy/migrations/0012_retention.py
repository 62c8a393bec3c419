"""Holds, the retention rules in versions, and runs of disposal; the permits of those who manage them."""

from importlib import import_module
from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


def make_roles(apps: Any, schema_editor: Any) -> None:
    import_module("privacy.migrations.0002_roles").make_roles(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0011_language'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='capability',
            options={'default_permissions': (), 'managed': False, 'permissions': [('view_assigned_customers', 'See the customers assigned to oneself'), ('view_team_customers', "See the customers assigned to one's team"), ('view_all_customers', 'See every customer'), ('assign_customers', "Assign, reassign and hand over customers of one's team"), ('view_own_campaigns', 'See the campaigns that reach the customers one sees'), ('view_all_campaigns', 'See every campaign'), ('export_lists', 'Export lists and reports'), ('view_operations', 'See failed tasks and run them again'), ('manage_users', 'Make accounts and give roles'), ('view_access_log', 'Read the access log'), ('keep_customers', 'Make and change records of the customers one sees'), ('view_programmes', 'See organizations, surveys, contests, events, lists and suppliers'), ('keep_programmes', 'Make and change organizations, surveys, contests, events, lists and suppliers'), ('find_meetings', 'Find meetings and their records'), ('keep_meetings', 'Make and change records of meetings'), ('import_records', 'Import records from files, and take imports back'), ('merge_customers', 'Merge records of the same customer, and undo it'), ('share_materials', 'Share materials with the customers one sees, and revoke shares'), ('keep_materials', "Upload materials, make custom web pages, and change one's own"), ('keep_all_materials', "Change and withdraw everybody's materials"), ('keep_campaigns', 'Make, approve and run campaigns and mailings'), ('keep_responses', 'Record responses and conversions, and take them back'), ('make_api_keys', 'Make API keys that act as oneself'), ('keep_webhooks', 'Say which programs are told of what happens, and look after deliveries'), ('view_retention', 'See retention rules, holds, disposition lists and certificates'), ('keep_retention', 'Approve retention rules, sign disposition lists and run them'), ('keep_holds', 'Place legal holds and release them')]},
        ),
        migrations.CreateModel(
            name='DispositionRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('as_of', models.DateField()),
                ('state', models.CharField(choices=[('planned', 'Waits for signature'), ('signed', 'Signed, about to run'), ('running', 'Running'), ('paused', 'Paused'), ('done', 'Done'), ('stopped', 'Stopped: nothing more is disposed of'), ('withdrawn', 'Withdrawn')], default='planned', max_length=10)),
                ('fingerprint', models.CharField(max_length=64)),
                ('planned', models.BigIntegerField(default=0)),
                ('held', models.BigIntegerField(default=0, verbose_name='due but held when the list was made')),
                ('waiting', models.BigIntegerField(default=0, verbose_name='due but needed by others when the list was made')),
                ('undated', models.BigIntegerField(default=0, verbose_name='without a date that starts the clock')),
                ('made_as', models.CharField(blank=True, max_length=40)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('signed_at', models.DateTimeField(null=True)),
                ('begun_at', models.DateTimeField(null=True)),
                ('touched_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('said', models.TextField(blank=True, max_length=2000)),
                ('holds_checked', models.JSONField(default=list)),
                ('left_over', models.BigIntegerField(null=True)),
                ('journal_number', models.BigIntegerField(null=True)),
                ('journal_hash', models.CharField(blank=True, max_length=64)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'verbose_name': 'disposition list',
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'signed', 'running', 'paused', 'done', 'stopped', 'withdrawn'])), name='disposition_state'), models.UniqueConstraint(models.Value(1), condition=models.Q(('state__in', ('planned', 'signed', 'running', 'paused'))), name='disposition_one_at_a_time'), models.CheckConstraint(condition=models.Q(('made_by', None), ('made_as', ''), _connector='XOR'), name='disposition_made_by_one'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at', None), ('signed_by', None)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='disposition_signed_or_not'), models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'withdrawn', 'stopped']), ('signed_by__isnull', False), _connector='OR'), name='disposition_runs_signed'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ('planned', 'signed', 'running', 'paused'))), models.Q(models.Q(('state__in', ('planned', 'signed', 'running', 'paused')), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='disposition_ended_or_open')],
            },
        ),
        migrations.CreateModel(
            name='RetentionPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=10)),
                ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                ('trigger', models.CharField(max_length=60)),
                ('count', models.PositiveSmallIntegerField()),
                ('unit', models.CharField(choices=[('day', 'days'), ('month', 'months'), ('year', 'years')], max_length=5)),
                ('method', models.CharField(choices=[('clear', 'Clear: rows and files are deleted'), ('purge', 'Purge: deleted, and the keys of what is encrypted are destroyed')], default='purge', max_length=10)),
                ('reason', models.TextField(max_length=2000)),
                ('state', models.CharField(choices=[('proposed', 'Waits for approval'), ('in_force', 'In force'), ('replaced', 'Replaced'), ('declined', 'Declined')], default='proposed', max_length=10)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision', models.TextField(blank=True, max_length=2000, verbose_name='what was said on approving or declining')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'retention rule',
                'ordering': ['rule', '-number'],
                'constraints': [models.UniqueConstraint(fields=('rule', 'number'), name='policy_number_once'), models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('rule',), name='policy_one_in_force'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('rule',), name='policy_one_proposed'), models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'in_force', 'replaced', 'declined'])), name='policy_state'), models.CheckConstraint(condition=models.Q(('unit__in', ['day', 'month', 'year'])), name='policy_unit'), models.CheckConstraint(condition=models.Q(('method__in', ['clear', 'purge'])), name='policy_method'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('trigger', ''), _negated=True)), name='policy_is_explained'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'proposed')), models.Q(models.Q(('state', 'proposed'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='policy_decided_or_not'), models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'declined']), ('made_by', None), models.Q(('made_by', models.F('decided_by')), _negated=True), _connector='OR'), name='policy_approved_by_another')],
            },
        ),
        migrations.CreateModel(
            name='DispositionStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('model', models.CharField(max_length=80)),
                ('partition', models.CharField(blank=True, max_length=80)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('excepted', 'Excepted'), ('running', 'Running'), ('done', 'Done')], default='waiting', max_length=10)),
                ('planned', models.BigIntegerField()),
                ('held', models.BigIntegerField(default=0, verbose_name='due but held when the list was made')),
                ('waiting', models.BigIntegerField(default=0, verbose_name='due but needed by others, or in doubt, when the list was made')),
                ('first_trigger', models.DateField(null=True)),
                ('last_trigger', models.DateField(null=True)),
                ('fingerprint', models.CharField(max_length=64)),
                ('cursor', models.BigIntegerField(default=0)),
                ('disposed', models.BigIntegerField(default=0)),
                ('kept_held', models.BigIntegerField(default=0, verbose_name='kept: held since the list was made')),
                ('kept_changed', models.BigIntegerField(default=0, verbose_name='kept: no longer due, needed by others or gone')),
                ('keys_destroyed', models.BigIntegerField(default=0)),
                ('exception_reason', models.TextField(blank=True, max_length=1000)),
                ('excepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='privacy.dispositionrun')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='privacy.retentionpolicy')),
            ],
            options={
                'ordering': ['run', 'position'],
                'constraints': [models.UniqueConstraint(fields=('run', 'position'), name='disposition_step_position_once'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'excepted', 'running', 'done'])), name='disposition_step_state'), models.CheckConstraint(condition=models.Q(('disposed__gte', 0), ('kept_changed__gte', 0), ('kept_held__gte', 0), ('planned__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('disposed'), '+', models.F('kept_held')), '+', models.F('kept_changed')))), name='disposition_step_never_more_than_planned'), models.CheckConstraint(condition=models.Q(models.Q(('excepted_by__isnull', False), ('state', 'excepted'), models.Q(('exception_reason', ''), _negated=True)), models.Q(models.Q(('state', 'excepted'), _negated=True), ('excepted_by', None), ('exception_reason', '')), _connector='OR'), name='disposition_step_excepted_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('legal', 'Legal hold'), ('request', 'Open request of an individual')], default='legal', editable=False, max_length=10)),
                ('name', models.CharField(help_text='Its name or number; no names of individuals.', max_length=120, verbose_name='matter')),
                ('reason', models.TextField(max_length=2000)),
                ('issuer', models.CharField(help_text='The court, counsel or office that asks for it.', max_length=200, verbose_name='issued by')),
                ('people', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('organizations', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('campaigns', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=80), blank=True, default=list, size=None)),
                ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None)),
                ('from_day', models.DateField(blank=True, null=True, verbose_name='records from')),
                ('to_day', models.DateField(blank=True, null=True, verbose_name='records until')),
                ('query_kind', models.CharField(blank=True, max_length=40)),
                ('query', models.CharField(blank=True, max_length=200)),
                ('reference', models.UUIDField(editable=False, null=True)),
                ('placed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('review_on', models.DateField(verbose_name='review by')),
                ('reminded_at', models.DateTimeField(editable=False, null=True)),
                ('released_at', models.DateTimeField(editable=False, null=True)),
                ('release_reason', models.TextField(blank=True, max_length=2000)),
                ('placed_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('released_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['released_at', 'review_on', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['legal', 'request'])), name='hold_kind'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('reason', ''), _negated=True), models.Q(('issuer', ''), _negated=True)), name='hold_is_explained'), models.CheckConstraint(condition=models.Q(models.Q(('campaigns', []), ('categories', []), ('from_day', None), ('organizations', []), ('people', []), ('to_day', None), _negated=True), models.Q(('query_kind', ''), _negated=True), _connector='OR'), name='hold_is_of_something'), models.CheckConstraint(condition=models.Q(models.Q(('query', ''), ('query_kind', '')), models.Q(models.Q(('query_kind', ''), _negated=True), models.Q(('query', ''), _negated=True)), _connector='OR'), name='hold_query_is_whole'), models.CheckConstraint(condition=models.Q(('from_day', None), ('to_day', None), ('to_day__gte', models.F('from_day')), _connector='OR'), name='hold_days_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('release_reason', ''), ('released_at', None), ('released_by', None)), models.Q(('released_at__isnull', False), ('released_by__isnull', False), models.Q(('release_reason', ''), _negated=True)), _connector='OR'), name='hold_release_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'request'), ('reference__isnull', False)), models.Q(('kind', 'legal'), ('reference', None)), _connector='OR'), name='hold_of_a_request_names_it'), models.UniqueConstraint(condition=models.Q(('released_at', None)), fields=('reference',), name='hold_once_for_an_open_request')],
                'indexes': [models.Index(condition=models.Q(('released_at', None)), fields=['review_on'], name='hold_in_force')],
            },
        ),
        migrations.CreateModel(
            name='PendingConsequence',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('key', 'destroy a key'), ('file', 'delete a file'), ('journal', 'write the journal')], max_length=10)),
                ('what', models.JSONField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pending', to='privacy.dispositionrun')),
                ('step', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='pending', to='privacy.dispositionstep')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['key', 'file', 'journal'])), name='consequence_kind')],
            },
        ),
        migrations.CreateModel(
            name='PlannedRow',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(null=True)),
                ('name', models.TextField(blank=True)),
                ('step', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='privacy.dispositionstep')),
            ],
            options={
                'indexes': [models.Index(fields=['step', 'id'], name='planned_row_in_order'), models.Index(fields=['step', 'number'], name='planned_row_by_number')],
            },
        ),
        migrations.CreateModel(
            name='RetentionClock',
            fields=[
                ('only', models.BooleanField(default=True, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('looked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('doubt', models.CharField(blank=True, max_length=300)),
                ('alerted_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('only', True)), name='retention_clock_is_one')],
            },
        ),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
