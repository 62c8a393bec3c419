import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0010_found_by"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="position",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="import",
            name="reasons",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="import",
            name="size",
            field=models.BigIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("file_name", models.CharField(max_length=255)),
                ("stored_as", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("header_hash", models.CharField(blank=True, max_length=64)),
                ("mapping", models.TextField(blank=True)),
                ("mapping_name", models.CharField(blank=True, max_length=255)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "To be mapped"),
                            ("checking", "Being checked"),
                            ("waiting", "Waiting for a worker"),
                            ("running", "Being imported"),
                            ("stopping", "Being stopped"),
                            ("stopped", "Stopped"),
                            ("failed", "Failed"),
                            ("ended", "Ended"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("error", models.TextField(blank=True)),
                ("checked", models.JSONField(default=dict)),
                ("checked_as", models.CharField(blank=True, max_length=64)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(auto_now_add=True)),
                ("touched_at", models.DateTimeField(auto_now=True)),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "source_import",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="uploads",
                        to="records.import",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("checking", "waiting", "running", "stopping"))),
                        fields=["state"],
                        name="upload_under_way",
                    ),
                    models.Index(fields=["sent_by", "kind", "header_hash"], name="upload_mappings_used"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["draft", "checking", "waiting", "running", "stopping", "stopped", "failed", "ended"],
                            )
                        ),
                        name="upload_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ended"), ("stored_as", "")),
                            models.Q(
                                models.Q(("state", "ended"), _negated=True), models.Q(("stored_as", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="upload_file_until_ended",
                    ),
                ],
            },
        ),
    ]
