"""The ledger: its tables, the triggers that note what is to be sealed, and what was written before it came."""

from pathlib import Path

from django.db import migrations, models
import django.utils.timezone

SQL = Path(__file__).parent / "sql"
TABLES = (SQL / "ledger.sql").read_text()
DROP_TABLES = """
DROP TABLE privacy_ledgeract, privacy_ledgerwaiting, privacy_ledgerleaf, privacy_ledgernode, privacy_ledgercheckpoint
"""
TRIGGERS = (SQL / "await_seal.sql").read_text()
DROP_TRIGGERS = "DROP FUNCTION await_seal() CASCADE"
# What was written before: sealed in its order from the first minute on.
WRITTEN_BEFORE = """
INSERT INTO privacy_ledgerwaiting (source, at, row) SELECT 1, at, id FROM privacy_accessentry ORDER BY at, id;
INSERT INTO privacy_ledgerwaiting (source, number, part) SELECT 2, id, 0 FROM privacy_disclosure ORDER BY id;
INSERT INTO privacy_ledgerwaiting (source, number, part)
SELECT 3, disclosure_id, id FROM privacy_disclosedperson ORDER BY id;
"""
KEY = [
    ('source', models.SmallIntegerField()),
    ('at', models.DateTimeField(null=True)),
    ('row', models.UUIDField(null=True)),
    ('number', models.BigIntegerField(null=True)),
    ('part', models.BigIntegerField(null=True)),
]


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0014_modified_notice'),
    ]

    operations = [
        migrations.RunSQL(TABLES, DROP_TABLES),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
        migrations.RunSQL(WRITTEN_BEFORE, migrations.RunSQL.noop),
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
                *KEY,
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
                *KEY,
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('since', models.DateTimeField()),
            ],
            options={
                'db_table': 'privacy_ledgerwaiting',
                'managed': False,
            },
        ),
    ]
