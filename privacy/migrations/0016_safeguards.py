"""Safeguards, contracts, reviews of access, incidents; paper and media; readings that are confirmed."""

from importlib import import_module
from pathlib import Path
from typing import Any

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
ONCE_WRITTEN = (SQL / "once_written.sql").read_text()
CHANGEABLE = """
DROP TRIGGER once_written ON privacy_safeguardcheck;
DROP TRIGGER once_written ON privacy_readingdecision;
"""
# No account is open after its contract, whoever writes it. A day's grace: the agency's day may be another than UTC's,
# and the schedule has until then to close it.
CONTRACT_IS_OVER = """
CREATE FUNCTION refuse_open_after_contract() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_active AND NEW.contract_ends_on < (now() AT TIME ZONE 'UTC')::date - 1 THEN
        RAISE EXCEPTION 'account % is open after its contract', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER contract_is_over BEFORE INSERT OR UPDATE ON privacy_user
    FOR EACH ROW EXECUTE FUNCTION refuse_open_after_contract();
"""
CONTRACTS_FREE = """
DROP TRIGGER contract_is_over ON privacy_user;
DROP FUNCTION refuse_open_after_contract();
"""


def make_roles(apps: Any, schema_editor: Any) -> None:
    """Give the roles what this migration brings."""
    import_module("privacy.migrations.0002_roles").make_roles(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("privacy", "0015_ledger"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("quarter", models.DateField(unique=True)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_on", models.DateField()),
                ("signed_at", models.DateTimeField(null=True)),
                ('signed_by', models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            )),
            ],
            options={
                "ordering": ["-quarter"],
                'constraints': [models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signed_at", None), ("signed_by", None)),
                    models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                    _connector="OR",
                ),
                name="access_review_signed_or_not",
            )],
            },
        ),
        migrations.CreateModel(
            name="Destruction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("listed", "Waits for its witness"),
                            ("done", "Destroyed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="listed",
                        max_length=10,
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("burning", "Burning"),
                            ("pulping", "Pulping"),
                            ("shredding", "Shredding"),
                            ("media_practice", "The media sanitization practice"),
                        ],
                        max_length=20,
                    ),
                ),
                ("technique", models.CharField(blank=True, max_length=200)),
                ("site", models.CharField(max_length=200, verbose_name="where it is destroyed")),
                ("listed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("destroyed_on", models.DateField(null=True)),
                ("witnessed_at", models.DateTimeField(null=True)),
                ("holds_checked", models.JSONField(default=list)),
                ("said", models.TextField(blank=True, max_length=4000)),
                ('listed_by', models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            )),
                ('witness', models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            )),
            ],
            options={
                "verbose_name": "destruction",
                "ordering": ["-id"],
                'constraints': [models.CheckConstraint(
                condition=models.Q(("method__in", ["burning", "pulping", "shredding", "media_practice"])),
                name="destruction_method",
            ), models.CheckConstraint(
                condition=models.Q(("state__in", ["listed", "done", "withdrawn"])), name="destruction_state"
            ), models.CheckConstraint(
                condition=models.Q(
                    models.Q(("method", "media_practice"), _negated=True),
                    models.Q(("technique", ""), _negated=True),
                    _connector="OR",
                ),
                name="destruction_names_technique",
            ), models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("destroyed_on__isnull", False),
                        ("state", "done"),
                        ("witness__isnull", False),
                        ("witnessed_at__isnull", False),
                    ),
                    models.Q(
                        models.Q(("state", "done"), _negated=True),
                        ("destroyed_on", None),
                        ("witness", None),
                        ("witnessed_at", None),
                    ),
                    _connector="OR",
                ),
                name="destruction_is_witnessed",
            ), models.CheckConstraint(
                condition=models.Q(
                    ("witness", None), models.Q(("witness", models.F("listed_by")), _negated=True), _connector="OR"
                ),
                name="destruction_witnessed_by_another",
            )],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        help_text="One word with a digit, such as INC-2026-0042.", max_length=40, unique=True
                    ),
                ),
                (
                    "scope",
                    models.TextField(
                        help_text="What happened and what is looked into; no names of individuals.", max_length=2000
                    ),
                ),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("closed_at", models.DateTimeField(editable=False, null=True)),
                ("outcome", models.TextField(blank=True, max_length=2000)),
                ('closed_by', models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            )),
                ('opened_by', models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            )),
            ],
            options={
                "ordering": [
                    models.OrderBy(models.F("closed_at"), descending=True, nulls_first=True),
                    "-opened_at",
                    "-id",
                ],
                'constraints': [models.CheckConstraint(
                condition=models.Q(("number__regex", "^[A-Za-z0-9][A-Za-z0-9._/-]{1,39}$"), ("number__regex", "[0-9]")),
                name="incident_number_is_a_word",
            ), models.CheckConstraint(
                condition=models.Q(("scope", ""), _negated=True), name="incident_has_a_scope"
            ), models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("closed_by", None), ("outcome", "")),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="incident_closed_whole",
            )],
            },
        ),
        migrations.CreateModel(
            name="IncidentReader",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("named_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                ('incident', models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="readers", to="privacy.incident"
            )),
                ('named_by', models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            )),
                ('user', models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            )),
            ],
            options={
                "ordering": ["id"],
                'constraints': [models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("incident", "user"), name="incident_reader_once"
            ), models.CheckConstraint(
                condition=models.Q(("user", models.F("named_by")), _negated=True),
                name="incident_reader_named_by_another",
            )],
            },
        ),
        migrations.CreateModel(
            name="PhysicalUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("barcode", models.CharField(max_length=20, unique=True)),
                (
                    "medium",
                    models.CharField(
                        choices=[
                            ("paper", "Paper"),
                            ("tape", "Magnetic tape"),
                            ("disk", "Magnetic disk"),
                            ("optical", "Optical disc"),
                            ("flash", "Flash memory"),
                        ],
                        default="paper",
                        max_length=10,
                    ),
                ),
                (
                    "series",
                    models.CharField(help_text="What the records are; no names of individuals.", max_length=120),
                ),
                ("box", models.CharField(max_length=40, verbose_name="box or volume")),
                ("site", models.CharField(max_length=120)),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None),
                ),
                ("rule", models.CharField(max_length=10, verbose_name="retention rule")),
                ("first_day", models.DateField(verbose_name="records from")),
                ("last_day", models.DateField(verbose_name="records until")),
                ("clock_day", models.DateField(blank=True, null=True)),
                ("is_indexed", models.BooleanField(default=False, verbose_name="everybody in it is in its index")),
                ("registered_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("due_on", models.DateField(editable=False, null=True)),
                ("destroyed_on", models.DateField(editable=False, null=True)),
                ('destruction', models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="units",
                to="privacy.destruction",
            )),
                ('policy', models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="privacy.retentionpolicy",
            )),
                ('registered_by', models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            )),
            ],
            options={
                "verbose_name": "box or medium",
                "verbose_name_plural": "paper and media",
                "ordering": ["series", "box", "id"],
                'constraints': [models.CheckConstraint(
                condition=models.Q(("barcode__regex", "^[A-Z0-9][A-Z0-9-]{2,19}$")), name="unit_barcode_can_be_scanned"
            ), models.UniqueConstraint(fields=("series", "box"), name="unit_once_in_its_series"), models.CheckConstraint(
                condition=models.Q(("medium__in", ["paper", "tape", "disk", "optical", "flash"])), name="unit_medium"
            ), models.CheckConstraint(
                condition=models.Q(("last_day__gte", models.F("first_day"))), name="unit_days_in_order"
            ), models.CheckConstraint(
                condition=models.Q(("clock_day", None), ("clock_day__gte", models.F("first_day")), _connector="OR"),
                name="unit_clock_after_its_records",
            ), models.CheckConstraint(
                condition=models.Q(("categories", []), _negated=True), name="unit_is_of_something"
            ), models.CheckConstraint(
                condition=models.Q(
                    ("destroyed_on", None),
                    models.Q(("destruction__isnull", False), ("policy__isnull", False)),
                    _connector="OR",
                ),
                name="unit_destroyed_on_a_certificate",
            )],
                'indexes': [models.Index(condition=models.Q(("destroyed_on", None)), fields=["rule"], name="unit_kept_by_rule")],
            },
        ),
        migrations.CreateModel(
            name="ReadingDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reading", models.CharField(max_length=80)),
                ("value", models.TextField()),
                ("wanted", models.TextField(blank=True, max_length=1000)),
                ("reason", models.TextField(max_length=1000)),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_by', models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            )),
            ],
            options={
                "ordering": ["-id"],
                'constraints': [models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="reading_decided_for_a_reason"
            )],
                'indexes': [models.Index(fields=["reading", "-id"], name="reading_latest")],
            },
        ),
        migrations.CreateModel(
            name="ReviewedAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("last_sign_in", models.DateTimeField(null=True)),
                ("contract_number", models.CharField(blank=True, max_length=40)),
                ("contract_ends_on", models.DateField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("", "Not decided"), ("confirm", "Confirmed"), ("revoke", "Revoked")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=400)),
                ("decided_at", models.DateTimeField(null=True)),
                ('account', models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            )),
                ('decided_by', models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            )),
                ('review', models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="accounts", to="privacy.accessreview"
            )),
            ],
            options={
                "ordering": ["review", "id"],
                'constraints': [models.UniqueConstraint(fields=("review", "account"), name="account_reviewed_once"), models.CheckConstraint(
                condition=models.Q(("verdict__in", ["", "confirm", "revoke"])), name="account_review_verdict"
            ), models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("verdict", "")),
                    models.Q(
                        models.Q(("verdict", ""), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="account_review_decided_whole",
            ), models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None), models.Q(("decided_by", models.F("account")), _negated=True), _connector="OR"
                ),
                name="account_reviewed_by_another",
            ), models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verdict", "revoke"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="account_revoked_for_a_reason",
            )],
            },
        ),
        migrations.CreateModel(
            name="SafeguardCare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("safeguard", models.CharField(max_length=10)),
                ("site", models.CharField(max_length=120)),
                (
                    "evidence",
                    models.TextField(
                        help_text="What shows that it is kept, and where that is on file.", max_length=1000
                    ),
                ),
                (
                    "every_months",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(36),
                        ],
                        verbose_name="checked every … months",
                    ),
                ),
                ("next_on", models.DateField(verbose_name="next check")),
                ("is_ended", models.BooleanField(default=False, editable=False)),
                ('owner', models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            )),
            ],
            options={
                "ordering": ["safeguard", "site"],
                'constraints': [models.UniqueConstraint(fields=("safeguard", "site"), name="safeguard_once_at_a_site"), models.CheckConstraint(
                condition=models.Q(models.Q(("site", ""), _negated=True), models.Q(("evidence", ""), _negated=True)),
                name="safeguard_is_shown",
            ), models.CheckConstraint(
                condition=models.Q(("every_months__gte", 1), ("every_months__lte", 36)), name="safeguard_rhythm"
            )],
            },
        ),
        migrations.CreateModel(
            name="SafeguardCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("check", "Check"), ("unannounced", "Unannounced inspection")],
                        default="check",
                        max_length=15,
                    ),
                ),
                ("done_on", models.DateField()),
                (
                    "finding",
                    models.CharField(
                        choices=[("in_order", "In order"), ("wanting", "Something is wanting")], max_length=10
                    ),
                ),
                ("said", models.TextField(max_length=2000)),
                ("contract_number", models.CharField(blank=True, max_length=40)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ('care', models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="privacy.safeguardcare"
            )),
                ('done_by', models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            )),
            ],
            options={
                "ordering": ["-done_on", "-id"],
                'constraints': [models.CheckConstraint(
                condition=models.Q(("kind__in", ["check", "unannounced"])), name="safeguard_check_kind"
            ), models.CheckConstraint(
                condition=models.Q(("finding__in", ["in_order", "wanting"])), name="safeguard_check_finding"
            ), models.CheckConstraint(
                condition=models.Q(("said", ""), _negated=True), name="safeguard_check_says_what"
            )],
            },
        ),
        migrations.CreateModel(
            name="UnitKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("list", "list"),
                            ("customer_name", "customer name"),
                            ("customer_id", "customer ID"),
                            ("mail_address", "mail address"),
                            ("email_address", "e-mail address"),
                            ("phone_number", "phone number"),
                            ("sic", "SIC number"),
                            ("naics", "NAICS number"),
                            ("company_name", "company name"),
                            ("meeting_id", "meeting ID"),
                            ("host_name", "host name"),
                            ("host_email", "host e-mail address"),
                            ("organizer_name", "organizer name"),
                            ("other_personal_identifier", "other personal identifier"),
                            ("name", "name"),
                        ],
                        max_length=30,
                    ),
                ),
                ("hash", models.BinaryField(max_length=32)),
                ("person", models.UUIDField(null=True)),
                ('unit', models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="privacy.physicalunit"
            )),
            ],
            options={
                "ordering": ["id"],
                'constraints': [models.UniqueConstraint(fields=("unit", "kind", "hash"), name="unit_key_once"), models.CheckConstraint(
                condition=models.Q(("kind", "list"), _negated=True), name="unit_key_is_a_key"
            )],
                'indexes': [models.Index(fields=["kind", "hash"], name="unit_by_key"), models.Index(condition=models.Q(("person__isnull", False)), fields=["person"], name="unit_of_person")],
            },
        ),
        migrations.AlterModelOptions(
            name="capability",
            options={
                "default_permissions": (),
                "managed": False,
                "permissions": [
                    ("view_assigned_customers", "See the customers assigned to oneself"),
                    ("view_team_customers", "See the customers assigned to one's team"),
                    ("view_all_customers", "See every customer"),
                    ("assign_customers", "Assign, reassign and hand over customers of one's team"),
                    ("view_own_campaigns", "See the campaigns that reach the customers one sees"),
                    ("view_all_campaigns", "See every campaign"),
                    ("export_lists", "Export lists and reports"),
                    ("view_operations", "See failed tasks and run them again"),
                    ("manage_users", "Make accounts and give roles"),
                    ("view_access_log", "Read the access log"),
                    ("keep_customers", "Make and change records of the customers one sees"),
                    ("view_programmes", "See organizations, surveys, contests, events, lists and suppliers"),
                    (
                        "keep_programmes",
                        "Make and change organizations, surveys, contests, events, lists and suppliers",
                    ),
                    ("find_meetings", "Find meetings and their records"),
                    ("keep_meetings", "Make and change records of meetings"),
                    ("import_records", "Import records from files, and take imports back"),
                    ("merge_customers", "Merge records of the same customer, and undo it"),
                    ("share_materials", "Share materials with the customers one sees, and revoke shares"),
                    ("keep_materials", "Upload materials, make custom web pages, and change one's own"),
                    ("keep_all_materials", "Change and withdraw everybody's materials"),
                    ("keep_campaigns", "Make, approve and run campaigns and mailings"),
                    ("keep_responses", "Record responses and conversions, and take them back"),
                    ("make_api_keys", "Make API keys that act as oneself"),
                    ("keep_webhooks", "Say which programs are told of what happens, and look after deliveries"),
                    ("answer_requests", "Answer individuals' requests under the Privacy Act"),
                    ("keep_notice", "Draft versions of the notice, and record their publication"),
                    ("account_disclosures", "Disclose records outside the agency, and account for it"),
                    ("view_retention", "See retention rules, holds, disposition lists and certificates"),
                    ("keep_retention", "Approve retention rules, sign disposition lists and run them"),
                    ("keep_holds", "Place legal holds and release them"),
                    ("view_safeguards", "See safeguards, reviews of access and security incidents"),
                    ("keep_safeguards", "Look after safeguards and review who has access"),
                    ("keep_incidents", "Open security incidents, say who may read for them, and close them"),
                    ("view_own_incidents", "See the security incidents that one reads for"),
                    ("confirm_readings", "Confirm or change what we read into the notice"),
                    ("view_evidence", "Audit who reads what, and take the evidence of a period along"),
                ],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="contract_ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="last day of the contract"),
        ),
        migrations.AddField(
            model_name="user",
            name="contract_number",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="user",
            name="is_contractor",
            field=models.BooleanField(db_default=False, default=False, verbose_name="is a contractor's"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contract_ends_on", None), ("contract_number", ""), ("is_contractor", False)),
                    models.Q(
                        ("contract_ends_on__isnull", False),
                        ("is_contractor", True),
                        models.Q(("contract_number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="user_contractor_has_a_contract",
            ),
        ),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RunSQL("CREATE SEQUENCE privacy_unit_number", "DROP SEQUENCE privacy_unit_number"),
        migrations.RunSQL(ONCE_WRITTEN, CHANGEABLE),
        migrations.RunSQL(CONTRACT_IS_OVER, CONTRACTS_FREE),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
