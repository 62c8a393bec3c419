-- What changes is noted in the same transaction, so that nobody sees the change without its note. Rows are added alone:
-- nobody waits for anybody. The person is named as they are known now where something goes or moves, for their record
-- may be gone when it is counted; of what is new they are looked up then.
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
