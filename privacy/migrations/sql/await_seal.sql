-- A row's own transaction notes it, so a seal sees both or neither, however late it commits. Triggers for each row stand
-- on the partitions too.
CREATE FUNCTION await_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_ARGV[0] = 'access' THEN
        INSERT INTO privacy_ledgerwaiting (source, at, row) VALUES (1, NEW.at, NEW.id);
    ELSIF TG_ARGV[0] = 'disclosure' THEN
        INSERT INTO privacy_ledgerwaiting (source, number, part) VALUES (2, NEW.id, 0);
    ELSIF TG_ARGV[0] = 'disclosed person' THEN
        INSERT INTO privacy_ledgerwaiting (source, number, part) VALUES (3, NEW.disclosure_id, NEW.id);
    ELSE
        INSERT INTO privacy_ledgerwaiting (source, number, part) VALUES (4, NEW.id, 0);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER await_seal AFTER INSERT ON privacy_accessentry
    FOR EACH ROW EXECUTE FUNCTION await_seal('access');
CREATE TRIGGER await_seal AFTER INSERT ON privacy_disclosure
    FOR EACH ROW EXECUTE FUNCTION await_seal('disclosure');
CREATE TRIGGER await_seal AFTER INSERT ON privacy_disclosedperson
    FOR EACH ROW EXECUTE FUNCTION await_seal('disclosed person');
CREATE TRIGGER await_seal AFTER INSERT ON privacy_ledgeract
    FOR EACH ROW EXECUTE FUNCTION await_seal('act');
