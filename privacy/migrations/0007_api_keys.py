"""API keys, the answers kept for requests that are sent again, their permits, and the key in the access log."""

from importlib import import_module
from pathlib import Path
from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
LOG = (SQL / "api_keys_logged.sql").read_text()
LOG_BEFORE = """
ALTER TABLE privacy_accessentry DROP CONSTRAINT access_kind;
ALTER TABLE privacy_accessentry ADD CONSTRAINT access_kind CHECK (kind IN (
    'intent', 'shown', 'failed', 'refused', 'sign_in', 'failed_sign_in', 'lockout', 'sign_out', 'change_of_basis'
)) NOT VALID;
ALTER TABLE privacy_accessentry DROP COLUMN api_key;
"""


def make_roles(apps: Any, schema_editor: Any) -> None:
    """Give the roles what this migration brings."""
    import_module("privacy.migrations.0002_roles").make_roles(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0006_campaign_permits'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='capability',
            options={'default_permissions': (), 'managed': False, 'permissions': [('view_assigned_customers', 'See the customers assigned to oneself'), ('view_team_customers', "See the customers assigned to one's team"), ('view_all_customers', 'See every customer'), ('assign_customers', "Assign, reassign and hand over customers of one's team"), ('view_own_campaigns', 'See the campaigns that reach the customers one sees'), ('view_all_campaigns', 'See every campaign'), ('export_lists', 'Export lists and reports'), ('view_operations', 'See failed tasks and run them again'), ('manage_users', 'Make accounts and give roles'), ('view_access_log', 'Read the access log'), ('keep_customers', 'Make and change records of the customers one sees'), ('view_programmes', 'See organizations, surveys, contests, events, lists and suppliers'), ('keep_programmes', 'Make and change organizations, surveys, contests, events, lists and suppliers'), ('find_meetings', 'Find meetings and their records'), ('keep_meetings', 'Make and change records of meetings'), ('import_records', 'Import records from files, and take imports back'), ('merge_customers', 'Merge records of the same customer, and undo it'), ('share_materials', 'Share materials with the customers one sees, and revoke shares'), ('keep_materials', "Upload materials, make custom web pages, and change one's own"), ('keep_all_materials', "Change and withdraw everybody's materials"), ('keep_campaigns', 'Make, approve and run campaigns and mailings'), ('keep_responses', 'Record responses and conversions, and take them back'), ('make_api_keys', 'Make API keys that act as oneself'), ('keep_webhooks', 'Say which programs are told of what happens, and look after deliveries')]},
        ),
        migrations.CreateModel(
            name='ApiAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_hash', models.BinaryField(max_length=32)),
                ('request_hash', models.BinaryField(max_length=32)),
                ('begun_at', models.DateTimeField(auto_now_add=True)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('in_doubt', models.BooleanField(default=False)),
                ('answer', models.BinaryField(null=True)),
                ('records', models.PositiveIntegerField(default=0)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['begun_at'], name='api_answer_by_age')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'key_hash'), name='api_answer_once'), models.CheckConstraint(condition=models.Q(models.Q(('answer', None), ('status', None)), models.Q(('answer__isnull', False), ('status__isnull', False)), _connector='OR'), name='api_answer_with_status'), models.CheckConstraint(condition=models.Q(('in_doubt', False), ('status', None), _connector='OR'), name='api_answer_known_or_in_doubt')],
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('prefix', models.CharField(max_length=12, unique=True)),
                ('digest', models.BinaryField(max_length=32)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None)),
                ('purpose', models.SmallIntegerField(null=True)),
                ('duty', models.CharField(blank=True, choices=[('access', 'Give individuals access to their records'), ('amendment', 'Amend records that individuals contest'), ('accounting', 'Account for disclosures'), ('disposition', 'Dispose of records whose time is over'), ('audit', 'Audit how records are used'), ('security_incident', 'Investigate a security incident')], max_length=20)),
                ('reference', models.CharField(blank=True, max_length=40)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_keys', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='api_key_has_name'), models.CheckConstraint(condition=models.Q(('scopes', []), _negated=True), name='api_key_has_scope'), models.CheckConstraint(condition=models.Q(('purpose', None), ('duty', ''), _connector='OR'), name='api_key_one_basis'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='api_key_expires_after'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_by', None)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='api_key_revoked_by_somebody')],
            },
        ),
        migrations.RunSQL(LOG, LOG_BEFORE),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
