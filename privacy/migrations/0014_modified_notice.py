"""Versions of the notice drafted in the program, comments on them; how letters to individuals went out."""

from importlib import import_module
from pathlib import Path
from typing import Any

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import uuid
from datetime import timedelta
from django.conf import settings
from django.db import migrations, models


def make_roles(apps: Any, schema_editor: Any) -> None:
    import_module("privacy.migrations.0002_roles").make_roles(apps, schema_editor)

SQL = Path(__file__).parent / "sql"
FIXED = (SQL / "published_drafts.sql").read_text()
LOOSE = """
DROP TRIGGER draft_keeps_its_words ON privacy_noticedraft;
DROP FUNCTION refuse_other_words();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0013_rights'),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('base', models.CharField(max_length=10)),
                ('content', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('citation', models.CharField(blank=True, max_length=40)),
                ('document_number', models.CharField(blank=True, max_length=40)),
                ('published_on', models.DateField(null=True)),
                ('effective_on', models.DateField(null=True)),
                ('congress_on', models.DateField(null=True, verbose_name='reported to Congress on')),
                ('omb_on', models.DateField(null=True, verbose_name='reported to OMB on')),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'withdrawn'])), name='draft_state'), models.CheckConstraint(condition=models.Q(models.Q(('citation', ''), ('effective_on', None), ('published_by', None), ('published_on', None), models.Q(('state', 'published'), _negated=True)), models.Q(models.Q(('citation', ''), _negated=True), ('published_by__isnull', False), ('published_on__isnull', False), models.Q(('state', 'draft'), _negated=True)), _connector='OR'), name='draft_published_whole'), models.CheckConstraint(condition=models.Q(('effective_on', None), ('effective_on__gte', django.db.models.expressions.CombinedExpression(models.F('published_on'), '+', models.Value(timedelta(days=30)))), _connector='OR'), name='draft_waits_for_comments'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('effective_on',), name='draft_one_of_a_day')],
            },
        ),
        migrations.CreateModel(
            name='NoticeComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('filed_as', models.CharField(max_length=80, verbose_name='filed as')),
                ('received_on', models.DateField(verbose_name='received on')),
                ('gist', models.TextField(max_length=4000, verbose_name='what it says')),
                ('answer', models.TextField(blank=True, max_length=4000)),
                ('answered_on', models.DateField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='privacy.noticedraft')),
            ],
            options={
                'ordering': ['received_on', 'id'],
                'constraints': [models.UniqueConstraint(fields=('draft', 'filed_as'), name='comment_filed_once'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_by', None), ('answered_on', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_by__isnull', False), ('answered_on__isnull', False)), _connector='OR'), name='comment_answer_whole')],
            },
        ),
        migrations.CreateModel(
            name='NoticeDetermination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('defer', 'Deferred'), ('withdraw', 'Withdrawn')], max_length=10)),
                ('reason', models.TextField(max_length=4000)),
                ('was_effective_on', models.DateField(null=True)),
                ('effective_on', models.DateField(null=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='determinations', to='privacy.noticedraft')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='determination_has_reason'), models.CheckConstraint(condition=models.Q(('kind', 'defer'), models.Q(('effective_on', None), ('kind', 'withdraw')), _connector='OR'), name='determination_kind')],
            },
        ),
        migrations.AlterModelOptions(
            name='capability',
            options={'default_permissions': (), 'managed': False, 'permissions': [('view_assigned_customers', 'See the customers assigned to oneself'), ('view_team_customers', "See the customers assigned to one's team"), ('view_all_customers', 'See every customer'), ('assign_customers', "Assign, reassign and hand over customers of one's team"), ('view_own_campaigns', 'See the campaigns that reach the customers one sees'), ('view_all_campaigns', 'See every campaign'), ('export_lists', 'Export lists and reports'), ('view_operations', 'See failed tasks and run them again'), ('manage_users', 'Make accounts and give roles'), ('view_access_log', 'Read the access log'), ('keep_customers', 'Make and change records of the customers one sees'), ('view_programmes', 'See organizations, surveys, contests, events, lists and suppliers'), ('keep_programmes', 'Make and change organizations, surveys, contests, events, lists and suppliers'), ('find_meetings', 'Find meetings and their records'), ('keep_meetings', 'Make and change records of meetings'), ('import_records', 'Import records from files, and take imports back'), ('merge_customers', 'Merge records of the same customer, and undo it'), ('share_materials', 'Share materials with the customers one sees, and revoke shares'), ('keep_materials', "Upload materials, make custom web pages, and change one's own"), ('keep_all_materials', "Change and withdraw everybody's materials"), ('keep_campaigns', 'Make, approve and run campaigns and mailings'), ('keep_responses', 'Record responses and conversions, and take them back'), ('make_api_keys', 'Make API keys that act as oneself'), ('keep_webhooks', 'Say which programs are told of what happens, and look after deliveries'), ('answer_requests', "Answer individuals' requests under the Privacy Act"), ('keep_notice', 'Draft versions of the notice, and record their publication'), ('account_disclosures', 'Disclose records outside the agency, and account for it'), ('view_retention', 'See retention rules, holds, disposition lists and certificates'), ('keep_retention', 'Approve retention rules, sign disposition lists and run them'), ('keep_holds', 'Place legal holds and release them')]},
        ),
        migrations.AddField(
            model_name='requeststep',
            name='claimed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='requeststep',
            name='sent_as',
            field=models.CharField(blank=True, choices=[('', 'Not sent'), ('mail', 'By e-mail'), ('paper', 'Printed')], default='', max_length=10),
        ),
        migrations.AddField(
            model_name='requeststep',
            name='sent_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='requeststep',
            name='sent_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='requeststep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('claimed_at', None), ('sent_as', ''), ('sent_at', None), ('sent_by', None)), models.Q(('claimed_at__isnull', False), ('sent_as', 'mail'), ('sent_by__isnull', False)), models.Q(('claimed_at', None), ('sent_as', 'paper'), ('sent_at__isnull', False), ('sent_by__isnull', False)), _connector='OR'), name='letter_sending_whole'),
        ),
        migrations.RunSQL(FIXED, LOOSE),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
