"""The access log: the partitioned table, its partitions' maker, and the refusal of any change."""

from importlib import import_module
from pathlib import Path
from typing import Any

import django.contrib.postgres.fields
import django.utils.timezone
import uuid
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
TABLE = (SQL / "access_log.sql").read_text()
KEEPER = (SQL / "keeper.sql").read_text()
FUNCTIONS = (SQL / "append_only.sql").read_text()
DROP_FUNCTIONS = """
DROP FUNCTION make_month_partition(text, date);
DROP FUNCTION make_append_only(text, text);
DROP FUNCTION refuse_change() CASCADE;
"""


def make_roles(apps: Any, schema_editor: Any) -> None:
    """Give the roles what this migration brings: reading the access log."""
    import_module("privacy.migrations.0002_roles").make_roles(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("privacy", "0002_roles")]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE privacy_accessentry"),
        migrations.RunSQL(KEEPER, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
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
                ('duty', models.CharField(choices=[('access', 'Give individuals access to their records'), ('amendment', 'Amend records that individuals contest'), ('accounting', 'Account for disclosures'), ('disposition', 'Dispose of records whose time is over'), ('audit', 'Audit how records are used'), ('security_incident', 'Investigate a security incident')], default='', max_length=20)),
                ('reference', models.CharField(default='', max_length=40)),
                ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=list, size=None)),
                ('key', models.CharField(choices=[('list', 'list'), ('customer_name', 'customer name'), ('customer_id', 'customer ID'), ('mail_address', 'mail address'), ('email_address', 'e-mail address'), ('phone_number', 'phone number'), ('sic', 'SIC number'), ('naics', 'NAICS number'), ('company_name', 'company name'), ('meeting_id', 'meeting ID'), ('host_name', 'host name'), ('host_email', 'host e-mail address'), ('organizer_name', 'organizer name'), ('other_personal_identifier', 'other personal identifier'), ('name', 'name')], default='', max_length=30)),
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
        migrations.AlterModelOptions(
            name='capability',
            options={'default_permissions': (), 'managed': False, 'permissions': [('view_assigned_customers', 'See the customers assigned to oneself'), ('view_team_customers', "See the customers assigned to one's team"), ('view_all_customers', 'See every customer'), ('assign_customers', "Assign, reassign and hand over customers of one's team"), ('view_own_campaigns', 'See the campaigns that reach the customers one sees'), ('view_all_campaigns', 'See every campaign'), ('export_lists', 'Export lists and reports'), ('view_operations', 'See failed tasks and run them again'), ('manage_users', 'Make accounts and give roles'), ('view_access_log', 'Read the access log')]},
        ),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
