"""The schema of the floor as its first 19 migrations left it: accounts, the logs, retention, rights, safeguards."""

import datetime
import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import privacy.vault.fields
from privacy.migrating import CreateTogether, make_roles

SQL = Path(__file__).parent / "sql"
DUTIES = [
    ('access', 'Give individuals access to their records'),
    ('amendment', 'Amend records that individuals contest'),
    ('accounting', 'Account for disclosures'),
    ('disposition', 'Dispose of records whose time is over'),
    ('audit', 'Audit how records are used'),
    ('security_incident', 'Investigate a security incident'),
]
KEYS = [
    ('list', 'list'),
    ('customer_name', 'customer name'),
    ('customer_id', 'customer ID'),
    ('mail_address', 'mail address'),
    ('email_address', 'e-mail address'),
    ('phone_number', 'phone number'),
    ('sic', 'SIC number'),
    ('naics', 'NAICS number'),
    ('company_name', 'company name'),
    ('meeting_id', 'meeting ID'),
    ('host_name', 'host name'),
    ('host_email', 'host e-mail address'),
    ('organizer_name', 'organizer name'),
    ('other_personal_identifier', 'other personal identifier'),
    ('name', 'name'),
]
STATES = [
    ('received', 'Received'),
    ('acknowledged', 'Acknowledged'),
    ('waiting', 'Waiting for the requester'),
    ('granted', 'Granted'),
    ('partly', 'Granted in part'),
    ('refused', 'Refused'),
    ('no_record', 'No record found'),
    ('appealed', 'Appealed'),
    ('appeal_granted', 'Appeal granted'),
    ('appeal_refused', 'Appeal refused'),
    ('disagreed', 'Statement of disagreement filed'),
    ('duplicate', 'Duplicate of another'),
    ('withdrawn', 'Withdrawn'),
]

# Before the models: what later tables call.
LOGS = [
    (SQL / f"{name}.sql").read_text()
    for name in ("access_log", "keeper", "append_only", "changes", "api_keys_logged")
]
NO_LOGS = """
DROP TABLE privacy_change, privacy_accessentry;
DROP FUNCTION make_month_partition(text, date);
DROP FUNCTION make_append_only(text, text);
DROP FUNCTION refuse_change() CASCADE;
"""
LEDGER = (SQL / "ledger.sql").read_text()
NO_LEDGER = """
DROP TABLE privacy_ledgeract, privacy_ledgerwaiting, privacy_ledgerleaf, privacy_ledgernode, privacy_ledgercheckpoint
"""
NUMBERS = "CREATE SEQUENCE privacy_request_number; CREATE SEQUENCE privacy_unit_number"
NO_NUMBERS = "DROP SEQUENCE privacy_request_number, privacy_unit_number"

# After them: what watches over their tables.
GUARDS = [
    *(
        (SQL / f"{name}.sql").read_text()
        for name in ("disclosures", "published_drafts", "await_seal", "once_written", "contract_is_over")
    ),
    """
    CREATE TRIGGER contract_is_over BEFORE INSERT OR UPDATE ON privacy_user
        FOR EACH ROW EXECUTE FUNCTION refuse_open_after_contract()
    """,
]
NO_GUARDS = """
DROP FUNCTION refuse_open_after_contract(), refuse_other_words(), await_seal() CASCADE;
DROP TRIGGER once_written ON privacy_safeguardcheck;
DROP TRIGGER once_written ON privacy_readingdecision;
GRANT DELETE, TRUNCATE ON privacy_disclosure, privacy_disclosedperson TO CURRENT_USER;
DROP TRIGGER append_only ON privacy_disclosure;
DROP TRIGGER append_only ON privacy_disclosedperson;
"""


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ('privacy', '0001_initial'),
        ('privacy', '0002_roles'),
        ('privacy', '0003_access_log'),
        ('privacy', '0004_changes'),
        ('privacy', '0005_record_permits'),
        ('privacy', '0006_campaign_permits'),
        ('privacy', '0007_api_keys'),
        ('privacy', '0008_webhooks'),
        ('privacy', '0009_disclosures'),
        ('privacy', '0010_notifications'),
        ('privacy', '0011_language'),
        ('privacy', '0012_retention'),
        ('privacy', '0013_rights'),
        ('privacy', '0014_modified_notice'),
        ('privacy', '0015_ledger'),
        ('privacy', '0016_safeguards'),
        ('privacy', '0017_destructions_journaled'),
        ('privacy', '0018_contracts_by_the_agencys_day'),
        ('privacy', '0019_modified_notice_reports'),
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunSQL(LOGS, NO_LOGS),
        migrations.RunSQL(LEDGER, NO_LEDGER),
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
        CreateTogether(
            models=[
                migrations.CreateModel(
                    name='Capability',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ],
                    options={
                        'permissions': [('view_assigned_customers', 'See the customers assigned to oneself'), ('view_team_customers', "See the customers assigned to one's team"), ('view_all_customers', 'See every customer'), ('assign_customers', "Assign, reassign and hand over customers of one's team"), ('view_own_campaigns', 'See the campaigns that reach the customers one sees'), ('view_all_campaigns', 'See every campaign'), ('export_lists', 'Export lists and reports'), ('view_operations', 'See failed tasks and run them again'), ('manage_users', 'Make accounts and give roles'), ('view_access_log', 'Read the access log'), ('keep_customers', 'Make and change records of the customers one sees'), ('view_programmes', 'See organizations, surveys, contests, events, lists and suppliers'), ('keep_programmes', 'Make and change organizations, surveys, contests, events, lists and suppliers'), ('find_meetings', 'Find meetings and their records'), ('keep_meetings', 'Make and change records of meetings'), ('import_records', 'Import records from files, and take imports back'), ('merge_customers', 'Merge records of the same customer, and undo it'), ('share_materials', 'Share materials with the customers one sees, and revoke shares'), ('keep_materials', "Upload materials, make custom web pages, and change one's own"), ('keep_all_materials', "Change and withdraw everybody's materials"), ('keep_campaigns', 'Make, approve and run campaigns and mailings'), ('keep_responses', 'Record responses and conversions, and take them back'), ('make_api_keys', 'Make API keys that act as oneself'), ('keep_webhooks', 'Say which programs are told of what happens, and look after deliveries'), ('answer_requests', "Answer individuals' requests under the Privacy Act"), ('keep_notice', 'Draft versions of the notice, and record their publication'), ('account_disclosures', 'Disclose records outside the agency, and account for it'), ('view_retention', 'See retention rules, holds, disposition lists and certificates'), ('keep_retention', 'Approve retention rules, sign disposition lists and run them'), ('keep_holds', 'Place legal holds and release them'), ('view_safeguards', 'See safeguards, reviews of access and security incidents'), ('keep_safeguards', 'Look after safeguards and review who has access'), ('keep_incidents', 'Open security incidents, say who may read for them, and close them'), ('view_own_incidents', 'See the security incidents that one reads for'), ('confirm_readings', 'Confirm or change what we read into the notice'), ('view_evidence', 'Audit who reads what, and take the evidence of a period along')],
                        'managed': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('email', models.EmailField(max_length=254, unique=True)),
                        ('name', models.CharField(max_length=150)),
                        ('time_zone', models.CharField(default='America/New_York', max_length=64)),
                        ('is_staff', models.BooleanField(default=False, verbose_name='may open the administration')),
                        ('is_active', models.BooleanField(default=True)),
                        ('is_demo', models.BooleanField(default=False, editable=False)),
                        ('date_joined', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                        ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                        ('language', models.CharField(choices=[('en', 'English'), ('es', 'Español')], db_default='en', default='en', max_length=2)),
                        ('number_style', models.CharField(blank=True, choices=[('', 'as the language has it'), ('comma-point', '1,234.56'), ('point-comma', '1.234,56'), ('space-comma', '1 234,56')], db_default='', default='', max_length=12)),
                        ('contract_ends_on', models.DateField(blank=True, null=True, verbose_name='last day of the contract')),
                        ('contract_number', models.CharField(blank=True, db_default='', default='', max_length=40)),
                        ('is_contractor', models.BooleanField(db_default=False, default=False, verbose_name="is a contractor's")),
                    ],
                    options={
                        'ordering': ['name', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_lower_case'), models.CheckConstraint(condition=models.Q(('language__in', ['en', 'es'])), name='user_language'), models.CheckConstraint(condition=models.Q(('number_style__in', ['', 'comma-point', 'point-comma', 'space-comma'])), name='user_number_style'), models.CheckConstraint(condition=models.Q(models.Q(('contract_ends_on', None), ('contract_number', ''), ('is_contractor', False)), models.Q(('contract_ends_on__isnull', False), ('is_contractor', True), models.Q(('contract_number', ''), _negated=True)), _connector='OR'), name='user_contractor_has_a_contract')],
                    },
                ),
                migrations.CreateModel(
                    name='AccessEntry',
                    fields=[
                        ('pk', models.CompositePrimaryKey('at', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('id', models.UUIDField(default=uuid.uuid4)),
                        ('kind', models.CharField(choices=[('intent', 'about to read'), ('shown', 'read'), ('failed', 'nothing read'), ('refused', 'refused'), ('sign_in', 'signed in'), ('failed_sign_in', 'failed sign-in'), ('lockout', 'locked out'), ('sign_out', 'signed out'), ('change_of_basis', 'changed the purpose')], max_length=20)),
                        ('user_id', models.BigIntegerField(null=True)),
                        ('actor', models.CharField(default='', max_length=40)),
                        ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                        ('purpose', models.SmallIntegerField(null=True)),
                        ('duty', models.CharField(choices=DUTIES, default='', max_length=20)),
                        ('reference', models.CharField(default='', max_length=40)),
                        ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=list, size=None)),
                        ('key', models.CharField(choices=KEYS, default='', max_length=30)),
                        ('place', models.CharField(default='', max_length=80)),
                        ('records', models.IntegerField(null=True)),
                        ('intent_id', models.UUIDField(null=True)),
                        ('why', models.CharField(choices=[('', ''), ('no_basis', 'no purpose chosen'), ('not_for_role', 'purpose not for the role'), ('not_in_force', 'purpose not in force'), ('no_incident', 'no incident number'), ('category_not_in_force', 'category of records not in force'), ('key_not_named', 'key not named by the notice'), ('not_found', 'nobody found whom the reader sees'), ('error', 'an error'), ('cut_off', 'ended before the last row'), ('password', 'password'), ('second_factor', 'second factor')], default='', max_length=30)),
                    ],
                    options={
                        'db_table': 'privacy_accessentry',
                        'managed': False,
                    },
                ),
                migrations.CreateModel(
                    name='Change',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('model', models.CharField(max_length=80)),
                        ('row', models.CharField(max_length=80)),
                        ('subject', models.UUIDField(null=True)),
                        ('field', models.CharField(max_length=80)),
                        ('by_id', models.BigIntegerField(null=True)),
                        ('actor', models.CharField(default='', max_length=40)),
                        ('purpose', models.SmallIntegerField(null=True)),
                        ('duty', models.CharField(choices=DUTIES, default='', max_length=20)),
                        ('reference', models.CharField(default='', max_length=40)),
                        ('before', models.BinaryField(null=True)),
                        ('after', models.BinaryField(null=True)),
                    ],
                    options={
                        'db_table': 'privacy_change',
                        'ordering': ['-at', 'field'],
                        'managed': False,
                    },
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
                        ('duty', models.CharField(blank=True, choices=DUTIES, max_length=20)),
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
                migrations.CreateModel(
                    name='WebhookEndpoint',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('name', models.CharField(max_length=80)),
                        ('address', models.CharField(max_length=500)),
                        ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                        ('secret', privacy.vault.fields.SealedTextField()),
                        ('former_secret', privacy.vault.fields.SealedTextField(null=True)),
                        ('former_until', models.DateTimeField(null=True)),
                        ('made_at', models.DateTimeField(auto_now_add=True)),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('ended_why', models.CharField(blank=True, choices=[('switched_off', 'switched off'), ('gone', 'it said that nobody listens there any more')], max_length=20)),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['name', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('address', ''), _negated=True)), name='webhook_endpoint_named'), models.CheckConstraint(condition=models.Q(('kinds', []), _negated=True), name='webhook_endpoint_has_kind'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_why', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_why', ''), _negated=True)), _connector='OR'), name='webhook_endpoint_end'), models.CheckConstraint(condition=models.Q(models.Q(('former_secret', None), ('former_until', None)), models.Q(('former_secret__isnull', False), ('former_until__isnull', False)), _connector='OR'), name='webhook_endpoint_former_secret')],
                    },
                ),
                migrations.CreateModel(
                    name='WebhookEvent',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('kind', models.CharField(max_length=40)),
                        ('at', models.DateTimeField()),
                        ('about', models.UUIDField(null=True, unique=True)),
                        ('data', models.JSONField(default=dict)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['at'], name='webhook_event_by_age')],
                    },
                ),
                migrations.CreateModel(
                    name='WebhookTelling',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('delivered', 'Delivered'), ('dead', 'Given up')], default='waiting', max_length=10)),
                        ('attempts', models.PositiveIntegerField(default=0)),
                        ('tries', models.PositiveSmallIntegerField(default=0)),
                        ('due_at', models.DateTimeField()),
                        ('claimed_until', models.DateTimeField(null=True)),
                        ('status', models.PositiveSmallIntegerField(null=True)),
                        ('why', models.CharField(blank=True, choices=[('status', 'answered with an error'), ('redirect', 'answered with another address, which is not followed'), ('gone', 'answered that nobody listens there any more'), ('not_found', 'no machine has that name'), ('not_allowed', 'the name leads to a private address'), ('no_answer', 'no answer in time'), ('no_trust', 'its certificate is not trusted'), ('ended', 'the endpoint is switched off'), ('lost', 'the worker died')], max_length=20)),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tellings', to='privacy.webhookendpoint')),
                        ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tellings', to='privacy.webhookevent')),
                    ],
                    options={
                        'ordering': ['-id'],
                        'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'sending'])), fields=['due_at'], name='webhook_telling_due'), models.Index(condition=models.Q(('state', 'dead')), fields=['-id'], name='webhook_telling_dead'), models.Index(fields=['endpoint', '-id'], name='webhook_telling_of_endpoint')],
                        'constraints': [models.UniqueConstraint(fields=('event', 'endpoint'), name='webhook_told_once'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sending', 'delivered', 'dead'])), name='webhook_telling_state'), models.CheckConstraint(condition=models.Q(('state', 'sending'), ('claimed_until', None), _connector='XOR'), name='webhook_claimed_while_sending'), models.CheckConstraint(condition=models.Q(('state__in', ['delivered', 'dead']), ('ended_at', None), _connector='XOR'), name='webhook_ended_when_over')],
                    },
                ),
                migrations.CreateModel(
                    name='Disclosure',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('disclosed_at', models.DateTimeField()),
                        ('nature', models.CharField(max_length=200)),
                        ('purpose', models.CharField(max_length=400)),
                        ('routine_use', models.PositiveSmallIntegerField(null=True)),
                        ('recipient_name', models.CharField(max_length=200)),
                        ('recipient_address', models.CharField(max_length=400)),
                        ('categories', models.JSONField(default=list)),
                        ('reference', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('disclosed_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('evidence', models.JSONField(default=list)),
                        ('exception', models.PositiveSmallIntegerField(null=True)),
                        ('is_by_consent', models.BooleanField(default=False)),
                        ('is_for_law_enforcement', models.BooleanField(default=False)),
                        ('agreement', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disclosures', to='privacy.matchingagreement')),
                    ],
                    options={
                        'ordering': ['-disclosed_at', '-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('nature', ''), _negated=True), models.Q(('purpose', ''), _negated=True), models.Q(('recipient_name', ''), _negated=True), models.Q(('recipient_address', ''), _negated=True)), name='disclosure_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('exception', None), ('is_by_consent', False), ('routine_use__isnull', False)), models.Q(('exception__isnull', False), ('is_by_consent', False), ('routine_use', None)), models.Q(('exception', None), ('is_by_consent', True), ('routine_use', None)), _connector='OR'), name='disclosure_under_one'), models.CheckConstraint(condition=models.Q(('exception', None), models.Q(('exception__gte', 4), ('exception__lte', 12)), _connector='OR'), name='disclosure_exception')],
                    },
                ),
                migrations.CreateModel(
                    name='DisclosedPerson',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('person', models.UUIDField()),
                        ('disclosure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='privacy.disclosure')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['person'], name='disclosed_by_person')],
                        'constraints': [models.UniqueConstraint(fields=('disclosure', 'person'), name='disclosed_person_once')],
                    },
                ),
                migrations.CreateModel(
                    name='MailWish',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=40)),
                        ('mode', models.CharField(choices=[('at_once', 'At once'), ('daily', 'Once a day, in one letter'), ('off', 'Not by mail')], max_length=10)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mail_wishes', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='mail_wish_once'), models.CheckConstraint(condition=models.Q(('mode__in', ['at_once', 'daily', 'off'])), name='mail_wish_mode')],
                    },
                ),
                migrations.CreateModel(
                    name='Notification',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('kind', models.CharField(max_length=40)),
                        ('about', models.UUIDField()),
                        ('subject', models.UUIDField()),
                        ('address', models.CharField(max_length=200)),
                        ('on', models.DateField(null=True)),
                        ('at', models.DateTimeField()),
                        ('made_at', models.DateTimeField(auto_now_add=True)),
                        ('read_at', models.DateTimeField(null=True)),
                        ('withdrawn_at', models.DateTimeField(null=True)),
                        ('mail', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('skipped', 'Not sent'), ('in_doubt', 'In doubt')], default='waiting', max_length=10)),
                        ('letter', models.UUIDField(null=True)),
                        ('mailed_at', models.DateTimeField(null=True)),
                        ('tries', models.PositiveSmallIntegerField(default=0)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['-at', '-id'],
                        'indexes': [models.Index(fields=['user', '-at', '-id'], name='notification_of_user'), models.Index(condition=models.Q(('read_at', None), ('withdrawn_at', None)), fields=['user'], name='notification_unread'), models.Index(condition=models.Q(('mail__in', ['waiting', 'sending'])), fields=['user', 'made_at'], name='notification_to_mail'), models.Index(fields=['subject', 'kind'], name='notification_of_subject'), models.Index(fields=['made_at'], name='notification_by_age')],
                        'constraints': [models.UniqueConstraint(fields=('user', 'about'), name='notification_once'), models.CheckConstraint(condition=models.Q(('kind', ''), _negated=True), name='notification_has_kind'), models.CheckConstraint(condition=models.Q(('address__startswith', '/')), name='notification_leads_here'), models.CheckConstraint(condition=models.Q(('mail__in', ['waiting', 'sending', 'sent', 'skipped', 'in_doubt'])), name='notification_mail'), models.CheckConstraint(condition=models.Q(models.Q(('letter', None), ('mail__in', ['waiting', 'skipped']), ('mailed_at', None)), models.Q(('letter__isnull', False), ('mail__in', ['sending', 'sent', 'in_doubt']), ('mailed_at__isnull', False)), _connector='OR'), name='notification_letter')],
                    },
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
                migrations.CreateModel(
                    name='RightsRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('number', models.CharField(max_length=20, unique=True)),
                        ('kind', models.CharField(choices=[('notification', 'Whether a record exists'), ('access', 'Access to records'), ('amendment', 'Amendment of records'), ('accounting', 'Accounting of disclosures')], max_length=20)),
                        ('about', models.CharField(choices=[('sales', 'Sales'), ('anything else', 'Anything else')], default='anything else', max_length=20)),
                        ('channel', models.CharField(choices=[('letter', 'Letter'), ('mail', 'E-mail'), ('form', 'The public form')], max_length=10)),
                        ('state', models.CharField(choices=STATES, default='received', max_length=20)),
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
                        ('identity_method', models.CharField(blank=True, choices=[('drivers_licence', "Driver's license seen"), ('passport', 'Passport seen'), ('medicare_card', 'Medicare card seen'), ('employee_card', 'Employee card seen'), ('notarized', 'Notarized statement received'), ('declaration', 'Declaration under penalty of perjury received (28 U.S.C. 1746)')], max_length=20)),
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
                        ('state', models.CharField(choices=STATES, max_length=20)),
                        ('reason', privacy.vault.fields.SealedTextField(blank=True, default='', max_length=4000)),
                        ('letter', privacy.vault.fields.SealedTextField(blank=True, default='')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='privacy.rightsrequest')),
                        ('claimed_at', models.DateTimeField(null=True)),
                        ('sent_as', models.CharField(blank=True, choices=[('', 'Not sent'), ('mail', 'By e-mail'), ('paper', 'Printed')], default='', max_length=10)),
                        ('sent_at', models.DateTimeField(null=True)),
                        ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'privacy_requeststep',
                        'ordering': ['id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('claimed_at', None), ('sent_as', ''), ('sent_at', None), ('sent_by', None)), models.Q(('claimed_at__isnull', False), ('sent_as', 'mail'), ('sent_by__isnull', False)), models.Q(('claimed_at', None), ('sent_as', 'paper'), ('sent_at__isnull', False), ('sent_by__isnull', False)), _connector='OR'), name='letter_sending_whole')],
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
                        ('unreported_because', models.TextField(blank=True, max_length=4000, verbose_name='why no report is due')),
                    ],
                    options={
                        'ordering': ['-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'withdrawn'])), name='draft_state'), models.CheckConstraint(condition=models.Q(models.Q(('citation', ''), ('effective_on', None), ('published_by', None), ('published_on', None), models.Q(('state', 'published'), _negated=True)), models.Q(models.Q(('citation', ''), _negated=True), ('published_by__isnull', False), ('published_on__isnull', False), models.Q(('state', 'draft'), _negated=True)), _connector='OR'), name='draft_published_whole'), models.CheckConstraint(condition=models.Q(('effective_on', None), ('effective_on__gte', django.db.models.expressions.CombinedExpression(models.F('published_on'), '+', models.Value(datetime.timedelta(days=30)))), _connector='OR'), name='draft_waits_for_comments'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('effective_on',), name='draft_one_of_a_day')],
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
                migrations.CreateModel(
                    name='LedgerAct',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('kind', models.CharField(max_length=40)),
                        ('reference', models.CharField(max_length=80)),
                        ('told', models.JSONField(default=dict)),
                    ],
                    options={
                        'db_table': 'privacy_ledgeract',
                        'ordering': ['-id'],
                        'managed': False,
                    },
                ),
                migrations.CreateModel(
                    name='LedgerCheckpoint',
                    fields=[
                        ('size', models.BigIntegerField(primary_key=True, serialize=False)),
                        ('root', models.BinaryField()),
                        ('at', models.DateTimeField()),
                        ('note', models.TextField()),
                    ],
                    options={
                        'db_table': 'privacy_ledgercheckpoint',
                        'ordering': ['-size'],
                        'managed': False,
                    },
                ),
                migrations.CreateModel(
                    name='LedgerLeaf',
                    fields=[
                        ('source', models.SmallIntegerField()),
                        ('at', models.DateTimeField(null=True)),
                        ('row', models.UUIDField(null=True)),
                        ('number', models.BigIntegerField(null=True)),
                        ('part', models.BigIntegerField(null=True)),
                        ('position', models.BigIntegerField(primary_key=True, serialize=False)),
                        ('salt', models.BinaryField()),
                        ('hash', models.BinaryField()),
                    ],
                    options={
                        'db_table': 'privacy_ledgerleaf',
                        'managed': False,
                    },
                ),
                migrations.CreateModel(
                    name='LedgerNode',
                    fields=[
                        ('pk', models.CompositePrimaryKey('level', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('level', models.SmallIntegerField()),
                        ('number', models.BigIntegerField()),
                        ('hash', models.BinaryField()),
                    ],
                    options={
                        'db_table': 'privacy_ledgernode',
                        'managed': False,
                    },
                ),
                migrations.CreateModel(
                    name='LedgerWaiting',
                    fields=[
                        ('source', models.SmallIntegerField()),
                        ('at', models.DateTimeField(null=True)),
                        ('row', models.UUIDField(null=True)),
                        ('number', models.BigIntegerField(null=True)),
                        ('part', models.BigIntegerField(null=True)),
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('since', models.DateTimeField()),
                    ],
                    options={
                        'db_table': 'privacy_ledgerwaiting',
                        'managed': False,
                    },
                ),
                migrations.CreateModel(
                    name='AccessReview',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('quarter', models.DateField(unique=True)),
                        ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('due_on', models.DateField()),
                        ('signed_at', models.DateTimeField(null=True)),
                        ('signed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['-quarter'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('signed_at', None), ('signed_by', None)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='access_review_signed_or_not')],
                    },
                ),
                migrations.CreateModel(
                    name='Destruction',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('state', models.CharField(choices=[('listed', 'Waits for its witness'), ('done', 'Destroyed'), ('withdrawn', 'Withdrawn')], default='listed', max_length=10)),
                        ('method', models.CharField(choices=[('burning', 'Burning'), ('pulping', 'Pulping'), ('shredding', 'Shredding'), ('media_practice', 'The media sanitization practice')], max_length=20)),
                        ('technique', models.CharField(blank=True, max_length=200)),
                        ('site', models.CharField(max_length=200, verbose_name='where it is destroyed')),
                        ('listed_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('destroyed_on', models.DateField(null=True)),
                        ('witnessed_at', models.DateTimeField(null=True)),
                        ('holds_checked', models.JSONField(default=list)),
                        ('said', models.TextField(blank=True, max_length=4000)),
                        ('listed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('witness', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('is_journaled', models.BooleanField(default=False, editable=False)),
                    ],
                    options={
                        'verbose_name': 'destruction',
                        'ordering': ['-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('method__in', ['burning', 'pulping', 'shredding', 'media_practice'])), name='destruction_method'), models.CheckConstraint(condition=models.Q(('state__in', ['listed', 'done', 'withdrawn'])), name='destruction_state'), models.CheckConstraint(condition=models.Q(models.Q(('method', 'media_practice'), _negated=True), models.Q(('technique', ''), _negated=True), _connector='OR'), name='destruction_names_technique'), models.CheckConstraint(condition=models.Q(models.Q(('destroyed_on__isnull', False), ('state', 'done'), ('witness__isnull', False), ('witnessed_at__isnull', False)), models.Q(models.Q(('state', 'done'), _negated=True), ('destroyed_on', None), ('witness', None), ('witnessed_at', None)), _connector='OR'), name='destruction_is_witnessed'), models.CheckConstraint(condition=models.Q(('witness', None), models.Q(('witness', models.F('listed_by')), _negated=True), _connector='OR'), name='destruction_witnessed_by_another')],
                        'indexes': [models.Index(condition=models.Q(('is_journaled', False), ('state', 'done')), fields=['id'], name='destruction_unjournaled')],
                    },
                ),
                migrations.CreateModel(
                    name='Incident',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.CharField(help_text='One word with a digit, such as INC-2026-0042.', max_length=40, unique=True)),
                        ('scope', models.TextField(help_text='What happened and what is looked into; no names of individuals.', max_length=2000)),
                        ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, default=list, size=None)),
                        ('opened_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('closed_at', models.DateTimeField(editable=False, null=True)),
                        ('outcome', models.TextField(blank=True, max_length=2000)),
                        ('closed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('opened_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': [models.OrderBy(models.F('closed_at'), descending=True, nulls_first=True), '-opened_at', '-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('number__regex', '^[A-Za-z0-9][A-Za-z0-9._/-]{1,39}$'), ('number__regex', '[0-9]')), name='incident_number_is_a_word'), models.CheckConstraint(condition=models.Q(('scope', ''), _negated=True), name='incident_has_a_scope'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('outcome', '')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='incident_closed_whole')],
                    },
                ),
                migrations.CreateModel(
                    name='IncidentReader',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('named_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='privacy.incident')),
                        ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('incident', 'user'), name='incident_reader_once'), models.CheckConstraint(condition=models.Q(('user', models.F('named_by')), _negated=True), name='incident_reader_named_by_another')],
                    },
                ),
                migrations.CreateModel(
                    name='PhysicalUnit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('barcode', models.CharField(max_length=20, unique=True)),
                        ('medium', models.CharField(choices=[('paper', 'Paper'), ('tape', 'Magnetic tape'), ('disk', 'Magnetic disk'), ('optical', 'Optical disc'), ('flash', 'Flash memory')], default='paper', max_length=10)),
                        ('series', models.CharField(help_text='What the records are; no names of individuals.', max_length=120)),
                        ('box', models.CharField(max_length=40, verbose_name='box or volume')),
                        ('site', models.CharField(max_length=120)),
                        ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None)),
                        ('rule', models.CharField(max_length=10, verbose_name='retention rule')),
                        ('first_day', models.DateField(verbose_name='records from')),
                        ('last_day', models.DateField(verbose_name='records until')),
                        ('clock_day', models.DateField(blank=True, null=True)),
                        ('is_indexed', models.BooleanField(default=False, verbose_name='everybody in it is in its index')),
                        ('registered_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('due_on', models.DateField(editable=False, null=True)),
                        ('destroyed_on', models.DateField(editable=False, null=True)),
                        ('destruction', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='privacy.destruction')),
                        ('policy', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='privacy.retentionpolicy')),
                        ('registered_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'box or medium',
                        'verbose_name_plural': 'paper and media',
                        'ordering': ['series', 'box', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('barcode__regex', '^[A-Z0-9][A-Z0-9-]{2,19}$')), name='unit_barcode_can_be_scanned'), models.UniqueConstraint(fields=('series', 'box'), name='unit_once_in_its_series'), models.CheckConstraint(condition=models.Q(('medium__in', ['paper', 'tape', 'disk', 'optical', 'flash'])), name='unit_medium'), models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='unit_days_in_order'), models.CheckConstraint(condition=models.Q(('clock_day', None), ('clock_day__gte', models.F('first_day')), _connector='OR'), name='unit_clock_after_its_records'), models.CheckConstraint(condition=models.Q(('categories', []), _negated=True), name='unit_is_of_something'), models.CheckConstraint(condition=models.Q(('destroyed_on', None), models.Q(('destruction__isnull', False), ('policy__isnull', False)), _connector='OR'), name='unit_destroyed_on_a_certificate')],
                        'indexes': [models.Index(condition=models.Q(('destroyed_on', None)), fields=['rule'], name='unit_kept_by_rule')],
                    },
                ),
                migrations.CreateModel(
                    name='ReadingDecision',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reading', models.CharField(max_length=80)),
                        ('value', models.TextField()),
                        ('wanted', models.TextField(blank=True, max_length=1000)),
                        ('reason', models.TextField(max_length=1000)),
                        ('decided_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='reading_decided_for_a_reason')],
                        'indexes': [models.Index(fields=['reading', '-id'], name='reading_latest')],
                    },
                ),
                migrations.CreateModel(
                    name='ReviewedAccount',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                        ('last_sign_in', models.DateTimeField(null=True)),
                        ('contract_number', models.CharField(blank=True, max_length=40)),
                        ('contract_ends_on', models.DateField(null=True)),
                        ('verdict', models.CharField(blank=True, choices=[('', 'Not decided'), ('confirm', 'Confirmed'), ('revoke', 'Revoked')], default='', max_length=10)),
                        ('reason', models.CharField(blank=True, max_length=400)),
                        ('decided_at', models.DateTimeField(null=True)),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='privacy.accessreview')),
                    ],
                    options={
                        'ordering': ['review', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('review', 'account'), name='account_reviewed_once'), models.CheckConstraint(condition=models.Q(('verdict__in', ['', 'confirm', 'revoke'])), name='account_review_verdict'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('verdict', '')), models.Q(models.Q(('verdict', ''), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='account_review_decided_whole'), models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('account')), _negated=True), _connector='OR'), name='account_reviewed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'revoke'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='account_revoked_for_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='SafeguardCare',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('safeguard', models.CharField(max_length=10)),
                        ('site', models.CharField(max_length=120)),
                        ('evidence', models.TextField(help_text='What shows that it is kept, and where that is on file.', max_length=1000)),
                        ('every_months', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(36)], verbose_name='checked every … months')),
                        ('next_on', models.DateField(verbose_name='next check')),
                        ('is_ended', models.BooleanField(default=False, editable=False)),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['safeguard', 'site'],
                        'constraints': [models.UniqueConstraint(fields=('safeguard', 'site'), name='safeguard_once_at_a_site'), models.CheckConstraint(condition=models.Q(models.Q(('site', ''), _negated=True), models.Q(('evidence', ''), _negated=True)), name='safeguard_is_shown'), models.CheckConstraint(condition=models.Q(('every_months__gte', 1), ('every_months__lte', 36)), name='safeguard_rhythm')],
                    },
                ),
                migrations.CreateModel(
                    name='SafeguardCheck',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('check', 'Check'), ('unannounced', 'Unannounced inspection')], default='check', max_length=15)),
                        ('done_on', models.DateField()),
                        ('finding', models.CharField(choices=[('in_order', 'In order'), ('wanting', 'Something is wanting')], max_length=10)),
                        ('said', models.TextField(max_length=2000)),
                        ('contract_number', models.CharField(blank=True, max_length=40)),
                        ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('care', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='privacy.safeguardcare')),
                        ('done_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['-done_on', '-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['check', 'unannounced'])), name='safeguard_check_kind'), models.CheckConstraint(condition=models.Q(('finding__in', ['in_order', 'wanting'])), name='safeguard_check_finding'), models.CheckConstraint(condition=models.Q(('said', ''), _negated=True), name='safeguard_check_says_what')],
                    },
                ),
                migrations.CreateModel(
                    name='UnitKey',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=KEYS, max_length=30)),
                        ('hash', models.BinaryField(max_length=32)),
                        ('person', models.UUIDField(null=True)),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='privacy.physicalunit')),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [models.UniqueConstraint(fields=('unit', 'kind', 'hash'), name='unit_key_once'), models.CheckConstraint(condition=models.Q(('kind', 'list'), _negated=True), name='unit_key_is_a_key')],
                        'indexes': [models.Index(fields=['kind', 'hash'], name='unit_by_key'), models.Index(condition=models.Q(('person__isnull', False)), fields=['person'], name='unit_of_person')],
                    },
                ),
            ],
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        # The tables of these two are made above, and left to SQL from here on.
        migrations.AlterModelOptions("disclosure", {"managed": False, "ordering": ["-disclosed_at", "-id"]}),
        migrations.AlterModelOptions("disclosedperson", {"managed": False}),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
