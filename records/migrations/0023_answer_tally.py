from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
COUNTED = (SQL / "answers_as_counted.sql").read_text()
DROP_COUNTED = "DROP FUNCTION records_answers_counted(text, jsonb, text, numeric, boolean)"

TRIGGERS = (SQL / "note_answers.sql").read_text()
DROP_TRIGGERS = """
DROP TRIGGER note_person ON records_customer;
DROP TRIGGER note_submission_moved ON records_submission;
DROP TRIGGER note_submissions_gone ON records_submission;
DROP TRIGGER note_answers_gone ON records_answer;
DROP TRIGGER note_answers_changed ON records_answer;
DROP TRIGGER note_answers_new ON records_answer;
DROP FUNCTION records_note_person();
DROP FUNCTION records_note_submission_moved();
DROP FUNCTION records_note_submissions_gone();
DROP FUNCTION records_note_answers();
"""
# What is there already is counted by the first folds.
NOTE_ALL = "INSERT INTO records_answerrecount (submission_id) SELECT id FROM records_submission"


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0022_event_moved'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerRecount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('submission_id', models.BigIntegerField(null=True)),
                ('person_id', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='AnswerTally',
            fields=[
                ('pk', models.CompositePrimaryKey('question_id', 'is_repeated', 'block', 'answer', blank=True, editable=False, primary_key=True, serialize=False)),
                ('is_repeated', models.BooleanField()),
                ('block', models.BigIntegerField()),
                ('answer', models.CharField(blank=True, max_length=200)),
                ('given', models.BigIntegerField()),
                ('question', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='records.question')),
            ],
            options={
                'indexes': [models.Index(fields=['is_repeated', 'block'], name='answer_tally_of_block')],
                'constraints': [models.CheckConstraint(condition=models.Q(('given__gte', 1)), name='answer_tally_of_some')],
            },
        ),
        migrations.RemoveIndex(model_name='answer', name='answer_of_question'),
        migrations.AlterField(
            model_name='answer',
            name='question',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='records.question'),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(fields=['question', 'submission'], name='answer_of_question'),
        ),
        migrations.AlterField(
            model_name='submission',
            name='customer',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='records.customer'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['customer', 'survey'], name='submission_again'),
        ),
        migrations.RunSQL(COUNTED, DROP_COUNTED),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
        migrations.RunSQL(NOTE_ALL, migrations.RunSQL.noop),
    ]
