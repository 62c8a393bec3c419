"""Changes of records: append-only but for the keeper, who takes them out when the record's retention ends."""

from pathlib import Path

import django.utils.timezone
import uuid
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
TABLE = (SQL / "changes.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("privacy", "0003_access_log")]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE privacy_change"),
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
                ('duty', models.CharField(choices=[('access', 'Give individuals access to their records'), ('amendment', 'Amend records that individuals contest'), ('accounting', 'Account for disclosures'), ('disposition', 'Dispose of records whose time is over'), ('audit', 'Audit how records are used'), ('security_incident', 'Investigate a security incident')], default='', max_length=20)),
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
    ]
