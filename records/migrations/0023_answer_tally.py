import django.db.models.deletion
from django.db import migrations, models

# An answer as the answers that are counted: each chosen one that the question offers, a number as it is written, and
# the empty one, which is any.
COUNTED = """
CREATE FUNCTION records_answers_counted(kind text, choices jsonb, answer text, number numeric, is_sealed boolean)
RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ''
    UNION ALL
    SELECT chosen
    FROM unnest(CASE
        WHEN is_sealed OR kind = 'text' THEN ARRAY[]::text[]
        WHEN number IS NOT NULL THEN ARRAY[trim_scale(number)::text]
        WHEN kind = 'several' THEN string_to_array(answer, '; ')
        ELSE ARRAY[answer]
    END) AS chosen
    WHERE chosen <> '' AND (number IS NOT NULL OR choices ? chosen)
$$;
"""
DROP_COUNTED = "DROP FUNCTION records_answers_counted(text, jsonb, text, numeric, boolean)"

# What changes is noted in the same transaction, so that nobody sees the change without its note. Rows are added alone:
# nobody waits for anybody. The person is named as they are known now where something goes or moves, for their record
# may be gone when it is counted; of what is new they are looked up then.
TRIGGERS = """
CREATE FUNCTION records_note_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO records_answerrecount (submission_id, person_id)
    SELECT DISTINCT
        touched.submission_id,
        CASE WHEN TG_OP <> 'INSERT' THEN coalesce(customer.merged_into_id, customer.id) END
    FROM touched
    LEFT JOIN records_submission AS submission ON submission.id = touched.submission_id
    LEFT JOIN records_customer AS customer ON customer.id = submission.customer_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_answers_new AFTER INSERT ON records_answer REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION records_note_answers();
CREATE TRIGGER note_answers_changed AFTER UPDATE ON records_answer REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION records_note_answers();
CREATE TRIGGER note_answers_gone AFTER DELETE ON records_answer REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION records_note_answers();

CREATE FUNCTION records_note_submissions_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO records_answerrecount (submission_id, person_id)
    SELECT touched.id, coalesce(customer.merged_into_id, touched.customer_id)
    FROM touched LEFT JOIN records_customer AS customer ON customer.id = touched.customer_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_submissions_gone AFTER DELETE ON records_submission REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION records_note_submissions_gone();

CREATE FUNCTION records_note_submission_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO records_answerrecount (submission_id, person_id)
    SELECT NEW.id, coalesce(merged_into_id, id) FROM records_customer WHERE id IN (OLD.customer_id, NEW.customer_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER note_submission_moved AFTER UPDATE OF customer_id ON records_submission
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id)
    EXECUTE FUNCTION records_note_submission_moved();

CREATE FUNCTION records_note_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO records_answerrecount (person_id)
    SELECT person FROM (VALUES (coalesce(OLD.merged_into_id, OLD.id)), (coalesce(NEW.merged_into_id, NEW.id))) AS _ (person)
    WHERE EXISTS (SELECT FROM records_submission WHERE customer_id = NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER note_person AFTER UPDATE OF merged_into_id ON records_customer
    FOR EACH ROW WHEN (OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id)
    EXECUTE FUNCTION records_note_person();
"""
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
