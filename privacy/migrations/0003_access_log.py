"""The access log: the partitioned table, its partitions' maker, and the refusal of any change."""

from importlib import import_module
from typing import Any

import django.contrib.postgres.fields
import django.utils.timezone
import uuid
from django.db import migrations, models

TABLE = """
CREATE TABLE privacy_accessentry (
    at timestamptz NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    user_id bigint,
    actor text NOT NULL,
    roles text[] NOT NULL,
    purpose smallint,
    duty text NOT NULL,
    reference text NOT NULL,
    categories smallint[] NOT NULL,
    key text NOT NULL,
    place text NOT NULL,
    records integer,
    intent_id uuid,
    why text NOT NULL,
    PRIMARY KEY (at, id),
    CONSTRAINT access_kind CHECK (kind IN (
        'intent', 'shown', 'failed', 'refused', 'sign_in', 'failed_sign_in', 'lockout', 'sign_out', 'change_of_basis'
    )),
    CONSTRAINT access_by_one CHECK (user_id IS NULL OR actor = ''),
    CONSTRAINT access_one_basis CHECK (purpose IS NULL OR duty = ''),
    CONSTRAINT access_outcome CHECK ((kind IN ('shown', 'failed')) = (intent_id IS NOT NULL)),
    CONSTRAINT access_counted CHECK ((kind IN ('shown', 'failed')) = (records IS NOT NULL) AND records >= 0),
    -- Words and numbers of the program's own, so that no name, address or sentence of anybody can stand here.
    CONSTRAINT access_no_content CHECK (
        actor ~ '^[a-z_]{0,40}$' AND duty ~ '^[a-z_]{0,20}$' AND key ~ '^[a-z_]{0,30}$' AND why ~ '^[a-z_]{0,30}$'
        AND place ~ '^[a-z0-9_:]{0,80}$' AND reference ~ '^[A-Za-z0-9._/-]{0,40}$'
        AND array_to_string(roles, ',') ~ '^[A-Za-z ,]*$'
    )
) PARTITION BY RANGE (at);
-- The log of one account, the newest first.
CREATE INDEX access_by_user ON privacy_accessentry (user_id, at, id);
"""

# The role that may take out what the program itself may not: nobody logs in as it, it has to be put on by name.
KEEPER = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'waymark_keeper') THEN
        CREATE ROLE waymark_keeper NOLOGIN;
    END IF;
    IF NOT pg_has_role(CURRENT_USER, 'waymark_keeper', 'SET') THEN
        EXECUTE format('GRANT waymark_keeper TO %I WITH INHERIT FALSE, SET TRUE', CURRENT_USER);
    END IF;
END
$$;
"""

# Statements, not rows: an UPDATE that finds no row is refused too. A trigger of the parent is not asked where a
# partition is named, so each partition has its own. `keeper` lets the role waymark_keeper delete, for retention.
FUNCTIONS = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND 'keeper' = ANY(TG_ARGV::text[]) AND CURRENT_USER = 'waymark_keeper' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE FUNCTION make_append_only(name text, exception text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM CURRENT_USER, PUBLIC', name);
    EXECUTE format(
        'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
        'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change(%L)', name, exception
    );
END
$$;
-- One month (UTC) of a table that is partitioned by RANGE of a moment; append-only where the table is. Two that need it
-- at once: the second waits, then finds it made.
CREATE FUNCTION make_month_partition(parent text, month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first timestamp := date_trunc('month', month::timestamp);
    name text := format('%s_%s', parent, to_char(first, 'YYYY_MM'));
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('make_month_partition'));
    IF to_regclass(quote_ident(name)) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name, parent,
        first AT TIME ZONE 'UTC', (first + interval '1 month') AT TIME ZONE 'UTC'
    );
    IF EXISTS (
        SELECT FROM pg_trigger WHERE tgrelid = quote_ident(parent)::regclass AND tgname = 'append_only'
    ) THEN
        PERFORM make_append_only(name);
    END IF;
END
$$;
SELECT make_append_only('privacy_accessentry');
"""
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
