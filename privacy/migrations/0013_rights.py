"""Individuals' requests, packages and contested values; the accounting of disclosures is append-only from here on."""

from importlib import import_module
from pathlib import Path
from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import privacy.vault.fields
import uuid
from django.conf import settings
from django.db import migrations, models


NUMBERS = "CREATE SEQUENCE privacy_request_number"

SQL = Path(__file__).parent / "sql"
APPEND_ONLY = (SQL / "disclosures.sql").read_text()
CHANGEABLE = """
GRANT DELETE, TRUNCATE ON privacy_disclosure, privacy_disclosedperson TO CURRENT_USER;
DROP TRIGGER append_only ON privacy_disclosure;
DROP TRIGGER append_only ON privacy_disclosedperson;
"""


def make_roles(apps: Any, schema_editor: Any) -> None:
    """Give the roles what this migration brings."""
    import_module("privacy.migrations.0002_roles").make_roles(apps, schema_editor)


def mark_law_enforcement(apps: Any, schema_editor: Any) -> None:
    """What was disclosed under routine use 2 before is not shown to the person either."""
    apps.get_model("privacy", "Disclosure").objects.filter(routine_use=2).update(is_for_law_enforcement=True)


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0012_retention'),
    ]

    operations = [
        migrations.CreateModel(
            name='RightsRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('notification', 'Whether a record exists'), ('access', 'Access to records'), ('amendment', 'Amendment of records'), ('accounting', 'Accounting of disclosures')], max_length=20)),
                ('about', models.CharField(choices=[('sales', 'Sales'), ('anything else', 'Anything else')], default='anything else', max_length=20)),
                ('channel', models.CharField(choices=[('letter', 'Letter'), ('mail', 'E-mail'), ('form', 'The public form')], max_length=10)),
                ('state', models.CharField(choices=[('received', 'Received'), ('acknowledged', 'Acknowledged'), ('waiting', 'Waiting for the requester'), ('granted', 'Granted'), ('partly', 'Granted in part'), ('refused', 'Refused'), ('no_record', 'No record found'), ('appealed', 'Appealed'), ('appeal_granted', 'Appeal granted'), ('appeal_refused', 'Appeal refused'), ('disagreed', 'Statement of disagreement filed'), ('duplicate', 'Duplicate of another'), ('withdrawn', 'Withdrawn')], default='received', max_length=20)),
                ('received_on', models.DateField()),
                ('due_for', models.CharField(blank=True, choices=[('', 'Nothing'), ('acknowledge', 'Acknowledge it'), ('decide', 'Decide'), ('decide_appeal', 'Decide the appeal')], max_length=20)),
                ('due_on', models.DateField(null=True)),
                ('appeal_until', models.DateField(null=True)),
                ('decided_on', models.DateField(null=True)),
                ('is_extended', models.BooleanField(default=False)),
                ('entered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('name', privacy.vault.fields.SealedTextField(max_length=200)),
                ('street', privacy.vault.fields.SealedTextField(max_length=200)),
                ('city', privacy.vault.fields.SealedTextField(max_length=100)),
                ('region', privacy.vault.fields.SealedTextField(max_length=50)),
                ('postal_code', privacy.vault.fields.SealedTextField(max_length=20)),
                ('email', privacy.vault.fields.SealedTextField(blank=True, default='', max_length=254)),
                ('phone', privacy.vault.fields.SealedTextField(blank=True, default='', max_length=40)),
                ('details', privacy.vault.fields.SealedTextField(blank=True, default='', max_length=10000)),
                ('likeness', models.BinaryField(max_length=32)),
                ('is_by_other', models.BooleanField(default=False)),
                ('consent_on', models.DateField(null=True)),
                ('consent_at', models.CharField(blank=True, max_length=200)),
                ('identity_method', models.CharField(blank=True, choices=[('drivers_licence', "Driver's licence seen"), ('passport', 'Passport seen'), ('medicare_card', 'Medicare card seen'), ('employee_card', 'Employee card seen'), ('notarized', 'Notarized statement received'), ('declaration', 'Declaration under penalty of perjury received (28 U.S.C. 1746)')], max_length=20)),
                ('identity_note', models.CharField(blank=True, max_length=200)),
                ('identity_at', models.DateTimeField(null=True)),
                ('duplicate_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duplicates', to='privacy.rightsrequest')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('identity_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'privacy_request',
                'ordering': [models.OrderBy(models.F('due_on'), nulls_last=True), 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('due_for', ''), ('due_on', None)), models.Q(('due_on__isnull', False), models.Q(('due_for', ''), _negated=True)), _connector='OR'), name='request_due_for_something'), models.CheckConstraint(condition=models.Q(models.Q(('identity_at', None), ('identity_by', None), ('identity_method', '')), models.Q(('identity_at__isnull', False), ('identity_by__isnull', False), models.Q(('identity_method', ''), _negated=True)), _connector='OR'), name='request_identity_whole'), models.CheckConstraint(condition=models.Q(models.Q(('consent_at', ''), ('consent_on', None)), models.Q(('consent_on__isnull', False), models.Q(('consent_at', ''), _negated=True)), _connector='OR'), name='request_consent_whole'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['granted', 'partly', 'no_record']), _negated=True), models.Q(('identity_at__isnull', False), models.Q(('is_by_other', False), ('consent_on__isnull', False), _connector='OR')), _connector='OR'), name='request_told_to_who_may_know'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'duplicate'), _negated=True), ('duplicate_of__isnull', False), _connector='OR'), name='request_duplicate_of_one'), models.CheckConstraint(condition=models.Q(('state__in', ['received', 'acknowledged', 'waiting', 'granted', 'partly', 'refused', 'no_record', 'appealed', 'appeal_granted', 'appeal_refused', 'disagreed', 'duplicate', 'withdrawn'])), name='request_state')],
                'indexes': [models.Index(condition=models.Q(('state__in', ('received', 'acknowledged', 'waiting', 'appealed'))), fields=['due_on', 'id'], name='request_open_by_due'), models.Index(fields=['likeness'], name='request_alike'), models.Index(fields=['-received_on', '-id'], name='request_by_day')],
            },
        ),
        migrations.CreateModel(
            name='Package',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Being made'), ('ready', 'Ready'), ('failed', 'Failed'), ('expired', 'Deleted')], default='waiting', max_length=10)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('as_of', models.DateTimeField(null=True)),
                ('touched_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('rows_done', models.PositiveIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('trouble', models.CharField(blank=True, max_length=200)),
                ('pages', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), default=list, size=None)),
                ('fee', models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ('ready_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('token', models.CharField(max_length=43, null=True, unique=True)),
                ('code_hash', models.CharField(blank=True, max_length=128)),
                ('wrong_codes', models.PositiveSmallIntegerField(default=0)),
                ('downloaded_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='packages', to='privacy.rightsrequest')),
            ],
            options={
                'db_table': 'privacy_package',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('code_hash', ''), ('token', None)), models.Q(('token__isnull', False), models.Q(('code_hash', ''), _negated=True)), _connector='OR'), name='package_download_whole'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(('as_of__isnull', False), ('expires_at__isnull', False), ('ready_at__isnull', False)), _connector='OR'), name='package_ready_whole')],
            },
        ),
        migrations.CreateModel(
            name='RequestPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.UUIDField()),
                ('linked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('linked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='people', to='privacy.rightsrequest')),
            ],
            options={
                'db_table': 'privacy_requestperson',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('request', 'person'), name='request_person_once')],
                'indexes': [models.Index(fields=['person'], name='request_of_person')],
            },
        ),
        migrations.CreateModel(
            name='RequestReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_for', models.CharField(choices=[('', 'Nothing'), ('acknowledge', 'Acknowledge it'), ('decide', 'Decide'), ('decide_appeal', 'Decide the appeal')], max_length=20)),
                ('due_on', models.DateField()),
                ('is_overdue', models.BooleanField(default=False)),
                ('told_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='privacy.rightsrequest')),
            ],
            options={
                'db_table': 'privacy_requestreminder',
                'constraints': [models.UniqueConstraint(fields=('request', 'due_for', 'due_on', 'is_overdue'), name='request_reminded_once')],
            },
        ),
        migrations.CreateModel(
            name='RequestStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('step', models.CharField(choices=[('enter', 'Entered'), ('acknowledge', 'Acknowledged'), ('ask_more', 'Asked for what is missing'), ('answered', 'The requester answered'), ('verify', 'Identity verified'), ('grant', 'Granted'), ('grant_partly', 'Granted in part'), ('refuse', 'Refused'), ('no_record', 'No record found'), ('extend', 'Time extended'), ('appeal', 'Appealed'), ('grant_appeal', 'Appeal granted'), ('refuse_appeal', 'Appeal refused'), ('disagree', 'Statement of disagreement filed'), ('duplicate', 'Closed as a duplicate'), ('withdraw', 'Withdrawn')], max_length=20)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('received', 'Received'), ('acknowledged', 'Acknowledged'), ('waiting', 'Waiting for the requester'), ('granted', 'Granted'), ('partly', 'Granted in part'), ('refused', 'Refused'), ('no_record', 'No record found'), ('appealed', 'Appealed'), ('appeal_granted', 'Appeal granted'), ('appeal_refused', 'Appeal refused'), ('disagreed', 'Statement of disagreement filed'), ('duplicate', 'Duplicate of another'), ('withdrawn', 'Withdrawn')], max_length=20)),
                ('reason', privacy.vault.fields.SealedTextField(blank=True, default='', max_length=4000)),
                ('letter', privacy.vault.fields.SealedTextField(blank=True, default='')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='privacy.rightsrequest')),
            ],
            options={
                'db_table': 'privacy_requeststep',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('value', models.DecimalField(decimal_places=2, max_digits=8)),
                ('reason', models.CharField(max_length=400)),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-set_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='term_has_reason'), models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='term_not_negative')],
                'indexes': [models.Index(fields=['name', '-id'], name='term_latest')],
            },
        ),
        migrations.AlterModelOptions(
            name='capability',
            options={'default_permissions': (), 'managed': False, 'permissions': [('view_assigned_customers', 'See the customers assigned to oneself'), ('view_team_customers', "See the customers assigned to one's team"), ('view_all_customers', 'See every customer'), ('assign_customers', "Assign, reassign and hand over customers of one's team"), ('view_own_campaigns', 'See the campaigns that reach the customers one sees'), ('view_all_campaigns', 'See every campaign'), ('export_lists', 'Export lists and reports'), ('view_operations', 'See failed tasks and run them again'), ('manage_users', 'Make accounts and give roles'), ('view_access_log', 'Read the access log'), ('keep_customers', 'Make and change records of the customers one sees'), ('view_programmes', 'See organizations, surveys, contests, events, lists and suppliers'), ('keep_programmes', 'Make and change organizations, surveys, contests, events, lists and suppliers'), ('find_meetings', 'Find meetings and their records'), ('keep_meetings', 'Make and change records of meetings'), ('import_records', 'Import records from files, and take imports back'), ('merge_customers', 'Merge records of the same customer, and undo it'), ('share_materials', 'Share materials with the customers one sees, and revoke shares'), ('keep_materials', "Upload materials, make custom web pages, and change one's own"), ('keep_all_materials', "Change and withdraw everybody's materials"), ('keep_campaigns', 'Make, approve and run campaigns and mailings'), ('keep_responses', 'Record responses and conversions, and take them back'), ('make_api_keys', 'Make API keys that act as oneself'), ('keep_webhooks', 'Say which programs are told of what happens, and look after deliveries'), ('answer_requests', "Answer individuals' requests under the Privacy Act"), ('account_disclosures', 'Disclose records outside the agency, and account for it'), ('view_retention', 'See retention rules, holds, disposition lists and certificates'), ('keep_retention', 'Approve retention rules, sign disposition lists and run them'), ('keep_holds', 'Place legal holds and release them')]},
        ),
        migrations.AddField(
            model_name='disclosure',
            name='evidence',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='disclosure',
            name='exception',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='disclosure',
            name='is_by_consent',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='disclosure',
            name='is_for_law_enforcement',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='disclosure',
            name='disclosed_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='disclosure',
            name='routine_use',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('person', models.UUIDField()),
                ('model', models.CharField(max_length=80)),
                ('row', models.CharField(max_length=80)),
                ('field', models.CharField(max_length=120)),
                ('category', models.PositiveSmallIntegerField()),
                ('label', models.CharField(max_length=200)),
                ('before', privacy.vault.fields.SealedTextField()),
                ('wanted', privacy.vault.fields.SealedTextField(max_length=4000)),
                ('after', privacy.vault.fields.SealedTextField(blank=True, default='')),
                ('state', models.CharField(choices=[('open', 'Not decided'), ('corrected', 'Corrected'), ('refused', 'Refused')], default='open', max_length=10)),
                ('reason', privacy.vault.fields.SealedTextField(blank=True, default='', max_length=4000)),
                ('decided_at', models.DateTimeField(null=True)),
                ('statement', privacy.vault.fields.SealedTextField(blank=True, default='', max_length=4000)),
                ('statement_on', models.DateField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='privacy.rightsrequest')),
            ],
            options={
                'db_table': 'privacy_dispute',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('model', 'row', 'field'), name='dispute_open_once'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='dispute_decided_whole')],
                'indexes': [models.Index(condition=models.Q(('statement_on__isnull', False)), fields=['model', 'row'], name='dispute_stands_beside'), models.Index(fields=['person'], name='dispute_of_person')],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('letter', privacy.vault.fields.SealedTextField()),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_on', models.DateField(null=True)),
                ('disclosure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='privacy.disclosure')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='privacy.dispute')),
            ],
            options={
                'db_table': 'privacy_correction',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('dispute', 'disclosure'), name='correction_told_once')],
            },
        ),
        migrations.CreateModel(
            name='MatchingAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('agency', models.CharField(max_length=200, verbose_name='other agency')),
                ('purpose', models.CharField(max_length=400)),
                ('filed_at', models.CharField(max_length=200, verbose_name='where it is on file')),
                ('effective_on', models.DateField(verbose_name='in force from')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('is_extension', models.BooleanField(default=False, verbose_name='this extends an earlier one')),
                ('entered_at', models.DateTimeField(auto_now_add=True)),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-ends_on', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('effective_on'))), name='agreement_ends_after'), models.CheckConstraint(condition=models.Q(models.Q(('agency', ''), _negated=True), models.Q(('purpose', ''), _negated=True), models.Q(('filed_at', ''), _negated=True)), name='agreement_is_whole')],
            },
        ),
        migrations.AddField(
            model_name='disclosure',
            name='agreement',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disclosures', to='privacy.matchingagreement'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('exception', None), ('is_by_consent', False), ('routine_use__isnull', False)), models.Q(('exception__isnull', False), ('is_by_consent', False), ('routine_use', None)), models.Q(('exception', None), ('is_by_consent', True), ('routine_use', None)), _connector='OR'), name='disclosure_under_one'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('exception', None), models.Q(('exception__gte', 4), ('exception__lte', 12)), _connector='OR'), name='disclosure_exception'),
        ),
        migrations.RunPython(mark_law_enforcement, migrations.RunPython.noop),
        # PostgreSQL alters no table whose foreign keys are still to be checked.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RunSQL(NUMBERS, "DROP SEQUENCE privacy_request_number"),
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
        migrations.AlterModelOptions("disclosure", {"managed": False, "ordering": ["-disclosed_at", "-id"]}),
        migrations.AlterModelOptions("disclosedperson", {"managed": False}),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
