-- What was published stays as it was printed; and what took effect has taken effect.
CREATE FUNCTION refuse_other_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published version of the notice keeps its words' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER draft_keeps_its_words BEFORE UPDATE ON privacy_noticedraft FOR EACH ROW
    WHEN (OLD.published_on IS NOT NULL AND (
        (NEW.content, NEW.citation, NEW.document_number, NEW.published_on, NEW.base)
        IS DISTINCT FROM (OLD.content, OLD.citation, OLD.document_number, OLD.published_on, OLD.base)
    ))
    EXECUTE FUNCTION refuse_other_words();
