-- What was found or decided stays as it was written. `keeper`: append_only.sql.
CREATE TRIGGER once_written BEFORE UPDATE OR DELETE ON privacy_safeguardcheck
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('keeper');
CREATE TRIGGER once_written BEFORE UPDATE OR DELETE ON privacy_readingdecision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('keeper');
GRANT SELECT, DELETE ON privacy_safeguardcheck, privacy_readingdecision TO waymark_keeper;
